using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace XdpAudit.Kernel.Tests;

public partial class SwitchingTests
{
    [Fact]
    public void Namespaces_are_switched_and_ones_own_is_read_in_one_folder_only()
    {
        var sources = Directory.GetFiles(Path.Combine(Root(), "src"), "*.cs", SearchOption.AllDirectories);

        var offenders = sources
            .Where(f => !f.Contains("/XdpAudit.Kernel/Namespaces/", StringComparison.Ordinal) && !f.Contains("/XdpAudit.Kernel/Interop/", StringComparison.Ordinal))
            // The simulated kernel says such a path, and opens none.
            .Where(f => !f.EndsWith("/XdpAudit.Simulated/Observations/SimulatedKernel.Look.cs", StringComparison.Ordinal))
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal) && Switching().IsMatch(File.ReadAllText(f)));

        Assert.Contains(sources, f => f.EndsWith("/Namespaces/NamespaceThread.cs", StringComparison.Ordinal));
        Assert.Empty(offenders);
    }

    [GeneratedRegex(@"NamespaceCalls\.(SetNs|Unshare|Mount|UMount2|OpenByHandleAt)\(|self/ns/")]
    private static partial Regex Switching();

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
