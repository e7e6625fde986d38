"""Finding among all public reports: a picture of them in memory, which follows the database.

Lists, counts and filters are answered from it. It holds what is scheduled too, and asks the clock at every reading.
"""
