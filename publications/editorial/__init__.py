"""What editors do to a report: versions, states, who may do what, and the log."""
