namespace XdpAudit.EndToEnd.Tests;

/// <summary>The executables and plugins as the build left them beside the tests.</summary>
internal static class Built
{
    // .../artifacts/bin/XdpAudit.EndToEnd.Tests/debug/
    private static readonly string Configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private static readonly string Bin = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../.."));

    internal static string Server => Shipped.Server;

    internal static string CliFolder { get; } = Of("XdpAudit.Cli");

    private static string Of(string project) => $"{Bin}/{project}/{Configuration}";
}
