namespace XdpAudit.EndToEnd.Tests;

/// <summary>The executables and plugins as the build left them beside the tests.</summary>
internal static class Built
{
    // .../artifacts/bin/XdpAudit.EndToEnd.Tests/debug/
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string Bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

    internal static string Server { get; } = $"{Of("XdpAudit.Server")}/XdpAudit.Server";

    internal static string CliFolder { get; } = Of("XdpAudit.Cli");

    internal static IReadOnlyList<string> Plugins { get; } = [Of("XdpAudit.Plugins.Libbpf"), Of("XdpAudit.Plugins.Bpftool"), Of("XdpAudit.Plugins.FlightRecorder"), Of("XdpAudit.Plugins.LeakRules"), Of("XdpAudit.Plugins.PolicyRules")];

    private static string Of(string project) => $"{Bin}/{project}/{Configuration}";
}
