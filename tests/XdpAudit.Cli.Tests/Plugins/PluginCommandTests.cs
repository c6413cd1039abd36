using XdpAudit.Abstractions;

namespace XdpAudit.Cli.Tests;

public sealed class PluginCommandTests
{
    private static readonly PluginView _active = new()
    {
        Id = "libbpf", State = "active", Version = "0.1.0", Kind = PluginKind.Executor, Isolation = PluginIsolation.Process, Sha256 = new string('a', 64),
        Path = "/usr/lib/xdpaudit/plugins/libbpf", AllowList = "/usr/lib/xdpaudit/plugins/plugins.allow.json", Shipped = true, ApprovedBy = "XdpAudit", ApprovedAt = A.Now.AddDays(-3),
        Reason = "ships with the auditor", Description = "loads and attaches", Owner = "XdpAudit", Contract = "0.1", AllowNative = ["libbpf.so.1", "libc"], LinuxCapabilities = ["CAP_BPF"],
        Files = [new("XdpAudit.Plugins.Libbpf.dll", new string('b', 64))],
    };

    private static readonly PluginView _refused = new()
    {
        Id = "acme", State = "refused", Code = PluginRefusalCode.Hash, Why = "'/opt/acme/Acme.dll' has other bytes than were approved",
        Remedy = "find out who changed it; if it is right: xdpaudit plugin approve /opt/acme", Version = "1.4.0", Kind = PluginKind.Detector, Isolation = PluginIsolation.InProcess, ApprovedBy = "alice",
    };

    [Theory]
    [InlineData("plugin-list", "plugin", "list")]
    [InlineData("plugin-list-jsonl", "plugin", "list", "-o", "jsonl")]
    [InlineData("plugin-show", "plugin", "show", "libbpf")]
    [InlineData("plugin-show-refused", "plugin", "show", "acme")]
    public async Task Plugins_are_printed(string golden, params string[] words)
    {
        await using var auditor = await CannedAuditor.StartAsync();
        auditor.Answers(Routes.Plugins, [_refused, _active], ApiJson.Default.IReadOnlyListPluginView);
        auditor.Answers(Routes.Plugin, words[^1] == "acme" ? _refused : _active, ApiJson.Default.PluginView);

        var answer = await new CommandLineTool(auditor.Socket).RunAsync(words);

        Golden.Check(golden, words, answer);
    }
}
