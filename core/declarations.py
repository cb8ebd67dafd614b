"""What pages, images, documents and Wagtail's own tables hold of people."""

from wagtail.admin.models import EditingSession, FormState
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import (
    APIToken,
    Comment,
    CommentReply,
    ModelLogEntry,
    Page,
    PageLogEntry,
    PageSubscription,
    Revision,
    TaskState,
    UploadedFile,
    WorkflowState,
)

from core.comments import comments_forget
from core.models import SiteImage, SiteRendition
from core.processing import not_personal, personal
from core.ties import tie

WORK = "Work on the site: who keeps it sees who did what, and can ask and mend"
SHOWING = "Showing practice: cases and pages name and show people"

EDITORS = "who works in `/cms/`"
EVERYONE = "everyone"
LEAVES_EMPTY = "the row stays, without her"
GOES = "goes with the account"
STAYS_AS_NUMBER = "stays, under the number of an account that is gone"

for model, field in (
    (Page, "owner"),
    (Page, "locked_by"),
    (Revision, "user"),
    (WorkflowState, "requested_by"),
    (TaskState, "finished_by"),
    (UploadedFile, "uploaded_by_user"),
    (Document, "uploaded_by_user"),
    (Image, "uploaded_by_user"),
    (Comment, "resolved_by"),
):
    personal(model, field, why=WORK, kept="as long as the row", seen_by=EDITORS, erased=LEAVES_EMPTY)

personal(
    Revision,
    "content object_str",
    why=WORK,
    kept="as long as the page",
    seen_by=EDITORS,
    erased="it names people by number; what she wrote in a text stays, what she wrote in comments goes",
)
personal(TaskState, "comment", why=WORK, kept="as long as the page", seen_by=EDITORS, erased="the text stays")
for model in (PageLogEntry, ModelLogEntry):
    personal(
        model, "user", why=WORK, kept="as long as the site", seen_by="moderators", erased=STAYS_AS_NUMBER
    )
personal(
    ModelLogEntry,
    "label data",
    why=WORK,
    kept="as long as the site",
    seen_by="moderators",
    erased="her name and the details go, of her account and of her profile; what was done and when stays",
)
personal(
    PageLogEntry,
    "data",
    why=WORK,
    kept="as long as the site",
    seen_by=EDITORS,
    erased="what she wrote in comments goes",
)
for model in (Comment, CommentReply):
    personal(model, "user text", why=WORK, kept="as long as the page", seen_by=EDITORS, erased=GOES)
tie("wagtailcore.Comment.user", "goes, also from versions and the log of the page", before=comments_forget)
personal(
    PageSubscription, "user", why=WORK, kept="until she unsubscribes", seen_by="nobody else", erased=GOES
)
personal(
    EditingSession,
    "user last_seen_at",
    why=WORK,
    kept="an hour after she closed the page",
    seen_by=EDITORS,
    erased=GOES,
)
personal(FormState, "user data", why=WORK, kept="until the form is saved", seen_by="nobody else", erased=GOES)
personal(
    APIToken,
    "user name key_hash prefix last_used_at",
    why=WORK,
    kept="nobody gets one here",
    seen_by="nobody else",
    erased=GOES,
)

personal(SiteImage, "uploaded_by_user", why=WORK, kept="as long as the image", seen_by=EDITORS)
tie("core.SiteImage.uploaded_by_user", LEAVES_EMPTY)
personal(
    SiteImage,
    "title file description credit",
    why=SHOWING,
    kept="until an editor deletes the image",
    seen_by=EVERYONE,
    erased="an editor deletes it when who is on it, or made it, asks",
)
not_personal(
    SiteImage,
    "collection width height created_at focal_point_x focal_point_y focal_point_width focal_point_height "
    "file_size file_hash tags",
)
personal(
    SiteRendition,
    "file",
    why=SHOWING,
    kept="as long as its image",
    seen_by=EVERYONE,
    erased="goes with its image",
)
not_personal(SiteRendition, "image filter_spec width height focal_point_key")
