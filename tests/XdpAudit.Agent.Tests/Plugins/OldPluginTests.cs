using System.Runtime.CompilerServices;
using System.Text.Json;

namespace XdpAudit.Agent.Tests;

/// <summary>
/// Plugins that were compiled with earlier versions of the contract, kept as they were, load and act under this one. Each minor version leaves
/// its folder here; none is built again.
/// </summary>
public sealed class OldPluginTests
{
    public static TheoryData<string> Versions => [.. Directory.GetDirectories(Home()).Select(f => Path.GetFileName(f)!)];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_plugin_of_an_earlier_contract_answers_in_and_out_of_process(string version)
    {
        var folder = Path.Combine(Home(), version);
        var manifest = JsonSerializer.Deserialize(await File.ReadAllBytesAsync($"{folder}/plugin.json", TestContext.Current.CancellationToken), PluginManifestJson.Default.PluginManifest)!;
        Assert.Equal(version, manifest.Contract);
        foreach (var where in (string[])[PluginIsolation.InProcess, PluginIsolation.Process])
        {
            await using var set = await Loaded.LoadAsync(Loaded.Verdict(manifest.Id, folder, manifest.Entry, where));

            var executor = set.Executors[manifest.Id];
            var described = await executor.DescribeAsync(TestContext.Current.CancellationToken);
            var nowhere = await executor.DetachAsync(
                new() { Interface = new() { Netns = new(1), IfIndex = new(1), Name = "xat-nowhere" } }, new() { OperationId = new("op") }, TestContext.Current.CancellationToken);
            var pinned = await executor.PinAsync(new(ObjectKind.Program, 1, new("/nowhere")), new() { OperationId = new("op2") }, TestContext.Current.CancellationToken);

            Assert.Equal((manifest.Id, ExecutorCapability.AttachByNetlink), (described.Id, Assert.Single(described.Capabilities)));
            Assert.Equal((OutcomeKind.Rejected, ErrorCode.InterfaceNotFound), (nowhere.Kind, nowhere.Error!.Code));
            Assert.Equal(OutcomeKind.Unsupported, pinned.Kind);
        }
    }

    [Fact]
    public void The_contract_of_this_version_is_among_them()
    {
        Assert.Contains(typeof(IExecutor).Assembly.GetName().Version!.ToString(2), Versions.Select(v => v.Data));
    }

    private static string Home([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Old");
}
