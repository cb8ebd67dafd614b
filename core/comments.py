"""Comments in the editor: who leaves takes hers along, also out of versions and the log of the page."""

from typing import Any

from django.db.models import Model, Q
from wagtail.models import COMMENTS_RELATION_NAME, Comment, CommentReply, PageLogEntry, Revision

Written = dict[str, Any]  # a comment as a version has it, with its replies


def comments_forget(user: Model) -> None:
    """Take what somebody wrote in comments out of versions of pages, and out of the log."""
    log = PageLogEntry.objects.filter(action__startswith="wagtail.comments.")
    own = log.filter(user=user.pk)
    comments, replies = Comment.objects.filter(user=user.pk), CommentReply.objects.filter(user=user.pk)
    pages = {
        *own.values_list("page", flat=True),
        *comments.values_list("page", flat=True),
        *replies.values_list("comment__page", flat=True),
    }
    started = own.filter(action="wagtail.comments.create").values_list("data__comment__id", flat=True)
    # Who answers or resolves a comment has its text in her own entry.
    about = Q(data__comment__id__in=[*comments.values_list("pk", flat=True), *filter(None, started)])
    log.filter(Q(user=user.pk) | about).update(data={})
    for version in Revision.page_revisions.filter(object_id__in=[str(page) for page in pages]):
        written = version.content.get(COMMENTS_RELATION_NAME, [])
        kept = [_without_replies(comment, user.pk) for comment in written if comment["user"] != user.pk]
        if kept != written:
            content = version.content | {COMMENTS_RELATION_NAME: kept}
            Revision.objects.filter(pk=version.pk).update(content=content)


def _without_replies(comment: Written, user: Any) -> Written:
    """Return a comment without the replies of somebody."""
    return comment | {"replies": [reply for reply in comment["replies"] if reply["user"] != user]}
