using System.Net;
using System.Net.Sockets;

namespace XdpAudit.Server.Tests;

/// <summary>Whatever is wrong with a request is said as a problem.</summary>
public sealed class ErrorTests(OneDaemon one)
{
    [Theory]
    [InlineData("GET", "/v1/nowhere", null, 404, ProblemCode.NotFound, "there is no route 'GET /v1/nowhere'")]
    [InlineData("GET", "/", null, 404, ProblemCode.NotFound, "there is no route 'GET /'")]
    [InlineData("DELETE", "/v1/programs", null, 405, ProblemCode.Usage, "'/v1/programs' does not take DELETE")]
    [InlineData("POST", "/v1/operations", "{\"kind\":", 400, ProblemCode.Usage, "cannot read the body as JSON: ")]
    [InlineData("POST", "/v1/operations", "[]", 400, ProblemCode.Usage, "cannot read the body as JSON: ")]
    [InlineData("POST", "/v1/operations", "{}", 400, ProblemCode.Usage, "cannot read the body as JSON: ")]
    [InlineData("POST", "/v1/operations", "", 400, ProblemCode.Usage, "cannot read the body as JSON")]
    [InlineData("POST", "/v1/operations", "{\"kind\":\"program.paint\"}", 400, ProblemCode.Usage, "there is no operation 'program.paint'")]
    [InlineData("POST", "/v1/operations", "{\"kind\":\"program.load\"}", 400, ProblemCode.Usage, "the request has no 'object_path'")]
    [InlineData("GET", "/v1/events?after=soon", null, 400, ProblemCode.Usage, "cannot read the request: ")]
    [InlineData("GET", "/v1/events?journal=diary", null, 400, ProblemCode.Usage, "there is no journal 'diary'")]
    [InlineData("GET", "/v1/state?at=yesterday-ish", null, 400, ProblemCode.Usage, "cannot read 'yesterday-ish' as a time")]
    [InlineData("GET", "/v1/diff", null, 400, ProblemCode.Usage, "a difference needs two moments")]
    [InlineData("GET", "/v1/program?select=", null, 400, ProblemCode.Usage, "cannot read '' as a selector of a program")]
    [InlineData("GET", "/v1/program?select=name:nobody", null, 404, ProblemCode.NotFound, "no program fits 'name:nobody'")]
    [InlineData("GET", "/v1/operation?id=nope", null, 404, ProblemCode.NotFound, "no operation fits 'nope'")]
    [InlineData("GET", "/v1/finding?id=nope", null, 404, ProblemCode.NotFound, "no finding fits 'nope'")]
    public async Task A_wrong_request_is_answered_with_a_problem_and_leaves_no_trace(string method, string route, string? body, int status, string code, string title)
    {
        var before = (await one.Daemon.Api.StatusAsync()).Position;

        var answer = await one.Daemon.Api.SendAsync(new(method), route, body);

        Assert.Equal((status, "application/problem+json", code, status), (answer.Status, answer.Type, answer.Problem?.Code, answer.Problem?.Status));
        Assert.StartsWith(title, answer.Problem!.Title, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", answer.Problem.Title, StringComparison.Ordinal);

        // The look before a plan may tell what others on this machine did meanwhile; of the request nothing may be told.
        Assert.DoesNotContain(await one.Daemon.Api.JournalAsync(), e => e.Position > before && e.Event.StartsWith("operation_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_is_no_json_or_too_large_is_refused()
    {
        var text = await one.Daemon.Api.SendAsync(HttpMethod.Post, Routes.Operations, "kind=program.load", "application/x-www-form-urlencoded");
        var large = await one.Daemon.Api.SendAsync(HttpMethod.Post, Routes.Operations, $$"""{"kind":"program.load","reason":"{{new string('x', 70_000)}}"}""");

        Assert.Equal((415, ProblemCode.Usage), (text.Status, text.Problem?.Code));
        Assert.Equal((413, ProblemCode.Usage), (large.Status, large.Problem?.Code));
    }

    [Fact]
    public async Task Beside_the_socket_only_health_is_served()
    {
        using var lab = new Lab();
        var port = FreePort();
        using var daemon = Daemon.Start(lab, "--listen", $"127.0.0.1:{port}");
        using var http = new HttpClient { BaseAddress = new($"http://127.0.0.1:{port}") };

        var live = await http.GetAsync(new Uri("/healthz/live", UriKind.Relative), TestContext.Current.CancellationToken);
        var ready = await http.GetAsync(new Uri("/healthz/ready", UriKind.Relative), TestContext.Current.CancellationToken);
        var others = new List<HttpStatusCode>();
        foreach (var route in (string[])[Routes.Status, Routes.State, Routes.Programs, Routes.Events, Routes.Doctor, "/", "/healthz/../v1/status"])
        {
            using var answer = await http.GetAsync(new Uri(route, UriKind.Relative), TestContext.Current.CancellationToken);
            others.Add(answer.StatusCode);
        }

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (live.StatusCode, ready.StatusCode));
        Assert.All(others, code => Assert.Equal(HttpStatusCode.Forbidden, code));
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
