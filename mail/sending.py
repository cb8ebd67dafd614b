"""Handing a message to the mail server, and what its answer means."""

import smtplib
from dataclasses import dataclass

from django.core.mail import EmailMessage

FOR_GOOD = range(500, 600)  # RFC 5321, 4.2.1: the same message is refused every time


@dataclass(frozen=True)
class Problem:
    """Why a message was not taken: its name, whether it is final, and whether the address is at fault.

    The texts of mail servers are not kept: they may repeat the address.
    """

    name: str
    is_final: bool = False
    is_of_address: bool = False


def send(message: EmailMessage) -> Problem | None:
    """Send a message; return None when the mail server took it.

    A server that breaks off after it took the message leaves us in doubt; the message goes again then, and
    its Message-ID lets the receiver see that it is the same.
    """
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        is_final = all(code in FOR_GOOD for code in codes)
        return Problem(str(codes[0]), is_final=is_final, is_of_address=is_final)
    except (smtplib.SMTPAuthenticationError, smtplib.SMTPHeloError, smtplib.SMTPConnectError) as error:
        return Problem(str(error.smtp_code))  # our settings, or the server, and not this message
    except smtplib.SMTPResponseException as error:
        return Problem(str(error.smtp_code), is_final=error.smtp_code in FOR_GOOD)
    except (OSError, smtplib.SMTPException) as error:
        return Problem(type(error).__name__)
    return None
