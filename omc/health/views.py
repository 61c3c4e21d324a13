"""What machines ask: is the process alive, and can it serve?"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from omc.health import checks


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Touches nothing else, so that a broken database does not restart the web server."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Everything that serving needs, each with its own word; 503 while one is missing."""
    results = checks.run_all()
    ready = all(result.ok for result in results)
    body = {
        "ready": ready,
        "checks": {result.name: {"ok": result.ok, "detail": result.detail} for result in results},
    }
    response = JsonResponse(body, status=200 if ready else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # not an error of the server: the answer is the news
    return response
