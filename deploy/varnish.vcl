vcl 4.1;

# Varnish in front of Knooppunt. It keeps pages for strangers and asks the site each time whether they are still the same: the
# site answers that from one row. So nothing has to be purged, and a page that was taken back is gone at once.
# Who has a cookie passes (that is in the rules that come with Varnish); what says nothing of keeping is not kept.

backend default {
    .host = "127.0.0.1";
    .port = "8000";
}

sub vcl_recv {
    # Who asks what is counted by the site.
    if (req.url ~ "[?&]q=") {
        return (pass);
    }
    # Do not wait for the page that somebody else asked for before: it may have been made before a change.
    set req.hash_ignore_busy = true;
}

sub vcl_hit {
    # Somebody else got this page a moment ago.
    return (pass);
}

sub vcl_backend_response {
    if (beresp.status == 200 && beresp.http.ETag && beresp.http.Cache-Control == "no-cache" && !beresp.http.Set-Cookie) {
        # Not 0: what is kept for no time at all is not asked for with its validator.
        set beresp.ttl = 1ms;
        set beresp.grace = 0s;
        set beresp.keep = 1h;
        return (deliver);
    }
    if (!beresp.http.Cache-Control) {
        set beresp.uncacheable = true;
    }
}
