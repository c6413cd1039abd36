using System.Text;

namespace XdpAudit.PolicyRules.Tests;

/// <summary>What a policy says of a host, and ways to read it in a test.</summary>
internal static class Judged
{
    /// <summary>The loader that the tests' policies allow.</summary>
    internal static readonly ProcessIdentity Agent = new() { Pid = 7, StartTicks = 4711, Comm = "agent", Exe = "/usr/bin/agent", Uid = 0, Cgroup = "/system.slice/agent.service" };

    internal static Policy Policy(string json) => PolicyReader.Read(PolicyItems.OfJson(Encoding.UTF8.GetBytes(json)), "the test");

    /// <summary>A policy with one rule, written without its name.</summary>
    internal static Policy Allowing(string rule) => Policy($$"""{ "schema": 1, "rules": [ { "name": "one", {{rule}} } ] }""");

    internal static IReadOnlyList<LeakCandidate> Host(Policy policy, HostView view) =>
        new PolicyRulesDetector(policy).Detect(new() { Host = view, Now = view.At, Grace = TimeSpan.FromSeconds(30), AuditorPid = 99 });

    internal static IReadOnlyList<LeakCandidate> Host(Policy policy, params object[] objects) => Host(policy, A.View(objects));

    /// <summary>Is nothing said of these?</summary>
    internal static bool Allows(string rule, params object[] objects) => Host(Allowing(rule), objects).Count == 0;

    internal static ProgramView By(this ProgramView program, ProcessIdentity? loader) => program with { LoadedBy = loader };

    /// <summary>The commands of one side, a line each; a step without a command is its words in parentheses.</summary>
    internal static string Commands(this LeakCandidate found, string by) =>
        string.Join('\n', found.Remedy.Where(step => step.By == by).Select(step => step.Command ?? $"({step.Why})"));
}
