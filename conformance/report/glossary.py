"""What the words of a report mean, for a reader who knows neither this suite nor its cases. The one place that says it."""

from __future__ import annotations

from collections.abc import Mapping

OUTCOMES: Mapping[str, str] = {
    "signed-in": "the account is open: a page of it opens in this browser now",
    "sign-in-asked": "the sign-in form is shown, and nothing is refused",
    "code-announced": "the page says that a code is needed and will be sent once it is asked for",
    "code-asked": "the page asks for the code that was sent",
    "password-asked": "the page asks for a new password",
    "sent": "the page says that a mail was sent, if all that was entered is right",
    "done": "the page says that it is done",
    "shown": "another page of the portal is shown",
    "invalid": "the page asks to correct what was typed; nothing was judged, and nothing counts as a failure",
    "refused": "what was entered was judged and refused: (wrong), (expired) and so on say why",
    "blocked": "anything is refused until a certain time, after wrong (passwords), wrong (codes), or too many codes asked for (quota)",
    "link-dead": "the page says that the link works no more",
    "forbidden": "what one may not do is answered as such",
}
STATEMENTS: Mapping[str, str] = {
    "mandatory": "which fields are mandatory",
    "provisional-code": "that a provisional code may stand in for the password",
    "code-needed": "that a code is needed",
    "by-mail": "that the code goes by mail",
    "check-entry": "to check what was entered",
    "security": "that it is for reasons of security",
    "after-block": "what to do once the block has ended",
    "no-code-effect": "that no code helps during the block",
    "personal": "that the code is personal",
    "never-by-phone": "that nobody asks for it by phone",
    "not-asked": "what to do when one did not ask for it",
    "do-not-reply": "not to reply",
    "type-it": "to type the identifier rather than to paste it",
    "look-alikes": "which characters are easily taken for one another",
    "new-credentials": "how to come by new credentials",
    "rules-in-advance": "what a password must be like, before one is typed",
    "identifier-kept": "that the identifier cannot be changed",
    "shared-history": "that another person sees all that is done here",
    "act-signed-in": "that somebody signed in",
    "act-password-set": "that a password was set",
    "act-certificate": "that a certificate was asked for",
}
WAYS_ON: Mapping[str, str] = {
    "new-code": "a new code",
    "forgotten-password": "the way for a forgotten password",
    "enrolment": "the way to create an account",
    "number-help": "help to find one’s number",
    "spam-advice": "the advice to look among unwanted mail",
    "contact-fund": "whom to turn to",
    "first-connection": "the way to one’s identifier",
    "members-mailbox": "where to send the right mail address",
    "change-identifier": "a way to change the identifier",
}
FACTS: Mapping[str, str] = {
    "outcome": "what the page is, see outcomes",
    "reason": "why it refuses or blocks",
    "says": "statements that the page or mail must make, in any words",
    "says-not": "statements that it must not make",
    "saveable": "fields that browsers may save",
    "offers": "ways on that the page must offer",
    "fields": "the controls that have a message of their own beside them",
    "rules": "the rules for passwords that the page names as unmet",
    "until": "the end of a block, as the page shows it",
    "until-form": "how that end is written: numeric (10/03/2026 - 14h05) or long (weekday and month in words)",
    "lifetime": "how long a code or link is good, as the page says it",
    "attempts": "how many failures the page says are allowed",
    "mask": "the mail address with all but a little of it covered",
    "stays-on": "the form that is still shown",
    "trust-box": "the box that trusts this computer",
    "way": "the control or page without which a step cannot be done",
    "same-as": "whether two answers are the same, what was typed aside",
}
RESULTS: Mapping[str, str] = {
    "passed": "something was verified, and all of it held",
    "failed": "a must did not hold",
    "warning": "a should did not hold",
    "mechanism only": "what the case tried held with limits that are shorter than documented: the documented figure is unproven",
    "not applicable": "the target declares not to have this function",
    "could not run": "it applies, but the target lacks something that the case needs",
    "error": "the target file, a driver or the harness broke: nothing is said about the portal",
    "known failure": "it failed, and the target file says why, where it is being mended and until when",
    "not reached": "every case stopped before it came to this requirement: nothing is known of it",
}
IMPACTS: Mapping[str, str] = {
    "read": "changes nothing",
    "account": "signs in and sends mails",
    "lock": "ends in a block of an account",
    "hammer": "sends many requests at once",
}
REPORT: Mapping[str, str] = {
    "requirement": (
        "a rule of the register. AMC and AME are taken from the documentation of the portal, which their source names; HRD is the "
        "hardening that every portal owes its users, with the standards that it refers to"
    ),
    "our reading": "how this suite understands what a source leaves open; who reads the source otherwise argues with this",
    "source": "the file of the documentation that a rule was taken from, and the place in it",
    "conflict (CFL)": "where a source asks for what a standard advises against; told, and never failed",
    "on the way": "a step that only leads to what the case verifies",
    "living code": "a code that was sent and is not yet used, replaced or expired",
    "NIR": "the French social-security number, by which people sign in; here, the identifier of the account",
    "watcher": "a rule that is judged on every page and mail of every case",
    "register": "the version of the rules, a name made from their words",
    "•••": "a covered secret. Two of them need not be the same",
    "the code of “old”": "“old” is a name that the case gave to an earlier step: the code of the mail that was read there",
}
WEIGHTS: Mapping[str, str] = {
    "lets in": "the account opens to whom it must not",
    "security": "a requirement of the hardening list is broken, other than those of accessibility",
    "behaviour": "the portal does something else than documented",
    "words": "the portal does what it must, and says something else",
    "not judged": "a case broke off before anything could be judged",
}
PARTS: Mapping[str, Mapping[str, str]] = {
    "Results": RESULTS,
    "Weights of a cause": WEIGHTS,
    "Outcomes of a step": OUTCOMES,
    "Facts": FACTS,
    "Statements (says)": STATEMENTS,
    "Ways on (offers)": WAYS_ON,
    "Impacts of a case": IMPACTS,
    "In this report": REPORT,
}
