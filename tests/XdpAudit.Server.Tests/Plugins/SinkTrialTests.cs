namespace XdpAudit.Server.Tests;

/// <summary>A published sink is tried against receivers on this machine, in the ways that its folder names.</summary>
public sealed class SinkTrialTests : IDisposable
{
    private const string Promise = "What it accepts is at the receiver in the order of the journal";
    private readonly Lab _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("JsonLines", "file")]
    [InlineData("Webhook", "CloudEvents", "OCSF", "native")]
    [InlineData("Syslog", "unix", "udp", "tcp")]
    public void What_sinks_promise_is_kept_in_each_way(string name, params string[] ways)
    {
        var verified = Verify(Copy(name));

        Assert.Equal((0, ""), (verified.ExitCode, verified.Errors));
        Assert.All(ways, way => Assert.Contains($"  kept      {Promise} ({way})\n", verified.Output, StringComparison.Ordinal));
        Assert.Contains($"  {1 + (10 * ways.Length)} of {1 + (10 * ways.Length)} promises are kept\n", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sink_that_loses_what_it_accepts_is_found_out()
    {
        // It writes to a file that is not the receiver's.
        var folder = Copy("JsonLines");
        Write(folder, $$"""{ "trials": [ { "receiver": "file", "options": { "path": "{{_lab.Folder}}/elsewhere.jsonl", "unused": "{receiver}" } } ] }""");

        var verified = Verify(folder);

        Assert.Equal(1, verified.ExitCode);
        Assert.Contains($"  BROKEN    {Promise} (file)\n            0 of 5 events arrived at ", verified.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{", "conformance.json is no JSON: ")]
    [InlineData("""{ "trials": [] }""", "conformance.json names no trials")]
    [InlineData("""{ "trials": [ { "receiver": "pigeon" } ] }""", "conformance.json names a receiver 'pigeon': it must be one of file, http, tcp, udp, unix")]
    [InlineData("""{ "trials": [ { "receiver": "file", "options": { "path": "/tmp/x" } } ] }""", "conformance.json gives no setting the address of the receiver")]
    [InlineData("""{ "trials": [ { "receiver": "file", "id": "(", "options": { "path": "{receiver}" } } ] }""", "conformance.json has an 'id' that is no regular expression")]
    public void Ways_that_cannot_be_understood_are_said_to_be_so(string ways, string said)
    {
        var folder = Copy("JsonLines");
        Write(folder, ways);

        var verified = Verify(folder);

        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("  BROKEN    Its conformance.json can be read\n", verified.Output, StringComparison.Ordinal);
        Assert.Contains(said, verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_that_the_sink_refuses_breaks_every_promise_and_is_named()
    {
        var folder = Copy("JsonLines");
        Write(folder, """{ "trials": [ { "receiver": "file", "options": { "path": "{receiver}", "max_batch": "0" } } ] }""");

        var verified = Verify(folder);

        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("  1 of 11 promises are kept\n", verified.Output, StringComparison.Ordinal);
        Assert.Contains("it cannot be activated: ", verified.Output, StringComparison.Ordinal);
        Assert.Contains("'max_batch'", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sink_that_names_no_way_is_not_tried_and_that_is_said()
    {
        var folder = Copy("JsonLines");
        File.Delete($"{folder}/conformance.json");

        var verified = Verify(folder);

        Assert.Equal(0, verified.ExitCode);
        Assert.Contains("  nothing was tried: a sink says in conformance.json how it can be (docs/plugins.md)", verified.Output, StringComparison.Ordinal);
    }

    private string Copy(string name)
    {
        var folder = $"{_lab.Folder}/acme";
        Shell.Run("cp", "-r", Shipped.Folder(name), folder);
        Shell.Run("chmod", "-R", "go-w", folder);
        return folder;
    }

    private static void Write(string folder, string ways) => File.WriteAllText($"{folder}/conformance.json", ways);

    private Shell.Answer Verify(string folder) =>
        Shell.Try(Shipped.Server, "plugin", "verify", folder, "--conformance", "--allow-list", $"{_lab.Folder}/plugins.allow.json", "--plugins", Daemon.Plugins(_lab));
}
