using XdpAudit.Abstractions;
using XdpAudit.Plugins.LeakRules;

namespace XdpAudit.LeakRules.Tests;

/// <summary>What the detector says of a host, and ways to read it in a test.</summary>
internal static class Judged
{
    internal static IReadOnlyList<LeakCandidate> Host(HostView view, LeakRulesOptions? options = null) =>
        new LeakRulesDetector(options ?? new()).Detect(new() { Host = view, Now = view.At, Grace = TimeSpan.FromSeconds(30), AuditorPid = 99 });

    internal static IReadOnlyList<LeakCandidate> Host(params object[] objects) => Host(A.View(objects));

    /// <summary>The only thing that is said.</summary>
    internal static LeakCandidate Only(params object[] objects) => Assert.Single(Host(objects));

    /// <summary>All that is said, as <c>rule kind id</c>, in the order of the text.</summary>
    internal static string[] Said(params object[] objects) =>
        [.. Host(objects).Select(found => $"{found.Rule} {found.Subject.Kind} {found.Subject.KernelId?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? found.Subject.Name}").Order(StringComparer.Ordinal)];

    /// <summary>The commands of one side, a line each; a step without a command is its words in parentheses.</summary>
    internal static string Commands(this LeakCandidate found, string by) =>
        string.Join('\n', found.Remedy.Where(step => step.By == by).Select(step => step.Command ?? $"({step.Why})"));
}
