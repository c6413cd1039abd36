using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class ConnectionTests
{
    [Fact]
    public async Task Without_a_socket_no_auditor_is_running()
    {
        await using var auditor = await CannedAuditor.StartAsync();

        var answer = await new CommandLineTool(Path.Combine(auditor.Directory, "none", "api.sock")).RunAsync("program", "list");

        Golden.Check("no-socket", ["program", "list"], answer, auditor.Directory);
    }

    [Fact]
    public async Task A_socket_that_nobody_listens_on_refuses()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        var path = Path.Combine(auditor.Directory, "left.sock");
        using (var left = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            left.Bind(new UnixDomainSocketEndPoint(path));
            File.Copy("/dev/null", Path.Combine(auditor.Directory, "keep"));
            var answer = await new CommandLineTool(path).RunAsync("program", "list");

            Golden.Check("refused", ["program", "list"], answer, auditor.Directory);
        }
    }

    [Theory]
    [InlineData("alice", "sudo usermod -aG xdpaudit alice, then log in again")]
    [InlineData("a; rm -rf /", "sudo usermod -aG xdpaudit \"$(id -un)\", then log in again")]
    [InlineData("-G", "sudo usermod -aG xdpaudit \"$(id -un)\", then log in again")]
    public void A_socket_that_may_not_be_opened_is_told_with_uid_group_and_the_line_that_helps(string user, string remedy)
    {
        var around = new CommandLineTool { Variables = { ["USER"] = user } }.Around();
        var endpoint = Endpoint.Parse("unix:/run/xdpaudit/api.sock", "/");

        var problem = ConnectionFailure.Explain(endpoint, SocketError.AccessDenied, "Permission denied", around);

        Assert.Equal(ExitCode.NotAllowed, ExitCode.Of(problem));
        Assert.Equal("cannot reach the auditor at unix:/run/xdpaudit/api.sock: permission denied; you are uid 1000 and the socket is for group xdpaudit", problem.Title);
        Assert.Equal(remedy, problem.Remedy);
    }

    [Fact]
    public async Task What_answers_but_is_no_auditor_is_told_so()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.AnswersText(Routes.Programs, "<html>hello</html>");
        auditor.AnswersText(Routes.Links, "[{\"id\":1}]");
        auditor.AnswersText(Routes.Maps, "null");
        auditor.AnswersText(Routes.Attachments, "oops", status: 500);

        var html = await new CommandLineTool(auditor.Socket).RunAsync("program", "list", "-o", "json");
        var partial = await new CommandLineTool(auditor.Socket).RunAsync("link", "list", "-o", "json");
        var none = await new CommandLineTool(auditor.Socket).RunAsync("map", "list");
        var fault = await new CommandLineTool(auditor.Socket).RunAsync("attachment", "list");
        var route = await new CommandLineTool(auditor.Socket).RunAsync("status");

        Assert.All([html, partial, none], a => Assert.Equal((ExitCode.NotReachable, ""), (a.Exit, a.Out)));
        Assert.All([html, partial, none], a => Assert.Contains("is not an auditor this program understands", a.Error, StringComparison.Ordinal));
        Assert.Equal(ExitCode.OperationFailed, fault.Exit);
        Assert.Contains("answered with HTTP status 500 and no explanation", fault.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.NotReachable, route.Exit);
    }

    [Fact]
    public async Task A_connection_that_is_lost_half_way_through_the_answer_is_told_so()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.On(Routes.Programs, async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("[", context.RequestAborted);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        var answer = await new CommandLineTool(auditor.Socket).RunAsync("program", "list");

        Assert.Equal((ExitCode.NotReachable, ""), (answer.Exit, answer.Out));
        Assert.Contains("was lost before the answer was whole", answer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_names_another_auditor_than_the_environment()
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Status, A.Status, ApiJson.Default.StatusView);
        var tool = new CommandLineTool("/nowhere/api.sock");

        var before = await tool.RunAsync("--server", "unix:" + auditor.Socket, "status");
        var after = await tool.RunAsync("status", "--server", auditor.Socket);

        Assert.Equal((ExitCode.Done, ExitCode.Done), (before.Exit, after.Exit));
    }

    [Theory]
    [InlineData("unix:/run/x.sock", "unix:/run/x.sock", "http://localhost/", "/run/x.sock")]
    [InlineData("/run/x.sock", "unix:/run/x.sock", "http://localhost/", "/run/x.sock")]
    [InlineData("unix:x.sock", "unix:/home/alice/x.sock", "http://localhost/", "/home/alice/x.sock")]
    [InlineData("http://127.0.0.1:8088", "http://127.0.0.1:8088", "http://127.0.0.1:8088/", null)]
    [InlineData("https://audit.example/x/", "https://audit.example/x", "https://audit.example/x/", null)]
    public void An_auditor_is_named_by_a_socket_or_a_URL(string text, string name, string address, string? socket)
    {
        var endpoint = Endpoint.Parse(text, "/home/alice");

        Assert.Equal(new Endpoint(name, new Uri(address), socket), endpoint);
    }

    [Theory]
    [InlineData("unix:")]
    [InlineData("ftp://x")]
    [InlineData("eth0")]
    [InlineData("http://x/?a=b")]
    [InlineData("unix:/123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678")]
    public async Task What_names_no_auditor_is_a_usage_error(string text)
    {
        var answer = await new CommandLineTool().RunAsync("status", "--server", text);

        Assert.Equal(ExitCode.Usage, answer.Exit);
        Assert.StartsWith($"xdpaudit: '{text}' does not name an auditor: ", answer.Error, StringComparison.Ordinal);
    }
}
