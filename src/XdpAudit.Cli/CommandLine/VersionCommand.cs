using System.CommandLine;
using System.Reflection;

namespace XdpAudit.Cli;

/// <summary><c>version</c>: of this program; <c>status</c> tells the auditor's.</summary>
internal static class VersionCommand
{
    internal static Command Make(Grammar g) => g.Verb(
        "version",
        "the version of this program",
        s =>
        {
            s.Page.Line($"xdpaudit {Version}");
            return Task.FromResult(ExitCode.Done);
        });

    internal static string Version => typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
