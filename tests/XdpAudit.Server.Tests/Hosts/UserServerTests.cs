namespace XdpAudit.Server.Tests;

/// <summary>The journal in a PostgreSQL of the user's, by <c>up --postgres</c>.</summary>
public sealed class UserServerTests : IDisposable
{
    private readonly Lab _lab;
    private readonly UserServer _server;

    public UserServerTests()
    {
        Requires.RootAndBpf();
        _lab = new();
        _server = new(_lab);
        _server.Administer("create role audit login");
        _server.Administer("create database audit");
    }

    public void Dispose()
    {
        _server.Dispose();
        _lab.Dispose();
    }

    [Fact]
    public async Task What_an_administrator_has_to_type_is_said_and_then_the_journal_is_kept_there_and_nothing_beside_the_auditor()
    {
        string[] there = ["--postgres", _server.Connection("audit", "audit")];

        var refused = Daemon.Try(Daemon.Up(_lab, there));
        Assert.Equal((7, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("xdpaudit: cannot prepare the database as 'audit': ", refused.Errors, StringComparison.Ordinal);
        _server.Administer(refused.Errors[(refused.Errors.IndexOf("have an administrator run:\n", StringComparison.Ordinal) + "have an administrator run:\n".Length)..], "audit");

        OperationView loaded;
        using (var first = Daemon.Start(_lab, there))
        {
            loaded = await first.Api.DoAsync(new() { Kind = OperationKinds.ProgramLoad, ObjectPath = _lab.CompileBpf("pass", Samples.Pass), Program = "sample_pass" });
            Assert.Equal(0, first.End("-TERM"));
        }

        using var second = Daemon.Start(_lab, there);
        var journal = await second.Api.JournalAsync();
        var program = await second.Api.GetAsync($"{Routes.Program}?select={loaded.ProgramId}", ApiJson.Default.ProgramView);

        Assert.Equal((loaded.Program, ProgramStates.Retained), (program.Key, program.State));
        Assert.Single(journal, e => e.Position == loaded.LastPosition && e.Event == "operation_verified");
        Assert.Equal(["agent_stopped", "gap_opened", "agent_started"], journal.Select(e => e.Event).SkipWhile(e => e != "agent_stopped").Take(3));
        Assert.False(Directory.Exists($"{_lab.Folder}/data/pg"));
        Assert.Equal($"{journal.Count}", _server.Administer($"select count(*) from xdpaudit.mt_events where stream_id like 'host/%' and version <= {journal.Count}", "audit"));
        Assert.Equal(0, second.End("-TERM"));
        Assert.Equal("1", _server.Administer("select 1"));
    }
}
