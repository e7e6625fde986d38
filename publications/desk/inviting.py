"""Letters that carry a one-time address: to those who are invited, and to those who have forgotten their password."""

from accounts.links import INVITATION, RESET
from accounts.names import name_of
from institution.letters import letter
from institution.models import SiteDetails
from publications.pages import absolute

INVITED = """\
{by} has made an account for you at the publications desk of {site}.

Choose your password here, within seven days:
{address}

After that you sign in at {desk} with your e-mail address, {email}.
"""
FORGOTTEN = """\
Somebody, probably you, asked for a new password for {username} at the publications desk of {site}.

Choose it here, within an hour:
{address}

If you did not ask for it, do nothing: your password stays as it is.
"""


def invitation(request, user):
    subject = f"Your account at {SiteDetails.current()}"
    return written(request, user, INVITATION, subject, INVITED, by=name_of(request.user))


def reminder(request, user):
    return written(request, user, RESET, f"A new password for {SiteDetails.current()}", FORGOTTEN)


def written(request, user, link, subject, words, **facts):
    facts |= {"site": SiteDetails.current(), "email": user.email, "username": user.get_username()}
    facts |= {"address": absolute(request, link.address(user)), "desk": absolute(request, "/admin/")}
    return letter(user.email, subject, words.format(**facts))
