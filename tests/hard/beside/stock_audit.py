"""Compare the cases of a stock site with its index: a line per difference, and how many were compared."""

import json
import os
import urllib.request

from cases.models import CasePage

url = f"{os.environ['ELASTICSEARCH_URL']}/{os.environ['SEARCH_INDEX_PREFIX']}-wagtailcore_page"
urllib.request.urlopen(urllib.request.Request(f"{url}/_refresh", method="POST")).close()
with urllib.request.urlopen(f"{url}/_search?size=10000") as answer:
    hits = [hit["_source"] for hit in json.load(answer)["hits"]["hits"]]
there = sorted(
    (int(hit["pk"]), hit["title"], hit["live_filter"])
    for hit in hits
    if "cases.CasePage" in hit.get("_django_content_type", [])
)
wanted = sorted(CasePage.objects.values_list("pk", "title", "live"))
for row in sorted({*wanted, *there}):
    if wanted.count(row) != there.count(row):
        print(
            row, "is", wanted.count(row), "times in the database and", there.count(row), "times in the index"
        )
print(len(wanted), "compared")
