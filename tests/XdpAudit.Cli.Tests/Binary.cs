namespace XdpAudit.Cli.Tests;

/// <summary>The program as a process: the published one named by XDPAUDIT_CLI, else the one that was built with these tests.</summary>
internal static class Binary
{
    internal static string Path { get; } = Environment.GetEnvironmentVariable("XDPAUDIT_CLI") is { Length: > 0 } named
        ? named
        : System.IO.Path.Combine(AppContext.BaseDirectory, "xdpaudit");
}
