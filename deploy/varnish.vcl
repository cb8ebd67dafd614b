vcl 4.1;

# Varnish in front of Knooppunt. It caches pages for visitors who are not logged in, and asks the site each
# time whether a cached page is still the same: the site answers that from one row. So nothing has to be
# purged, and a page that was taken back is gone at once. Requests with a cookie pass (by the rules that come
# with Varnish); an answer without Cache-Control is not cached.

backend default {
    .host = "127.0.0.1";
    .port = "8000";
}

sub vcl_recv {
    # The site counts queries, so it has to see each of them.
    if (req.url ~ "[?&]q=") {
        return (pass);
    }
    # Do not wait for the page that another visitor is being sent: it may have been made before a change.
    set req.hash_ignore_busy = true;
}

sub vcl_hit {
    # Another visitor got this page less than a millisecond ago, perhaps from before a change.
    return (pass);
}

sub vcl_backend_response {
    if (beresp.status == 200 && beresp.http.ETag && beresp.http.Cache-Control == "no-cache" && !beresp.http.Set-Cookie) {
        # Not 0: Varnish revalidates no object without a lifetime.
        set beresp.ttl = 1ms;
        # No cached page is served before the site said that it is still the same.
        set beresp.grace = 0s;
        # How long a page stays that nobody asks for: until then it can be revalidated.
        set beresp.keep = 1h;
        return (deliver);
    }
    if (!beresp.http.Cache-Control) {
        set beresp.uncacheable = true;
    }
}
