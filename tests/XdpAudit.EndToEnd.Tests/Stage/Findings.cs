using System.Text.Json;

namespace XdpAudit.EndToEnd.Tests;

/// <summary>What the auditor made of a scene, and a person who types what it says.</summary>
public abstract partial class Scene
{
    private protected IReadOnlyList<FindingView> Findings(string rule) =>
        Api.Get(Routes.Findings, ApiJson.Default.IReadOnlyListFindingView, ("status", "all"), ("rule", rule));

    /// <summary>The finding of a rule on one object, suspected first and open after the grace period.</summary>
    private protected FindingView Opens(string rule, string subjectKey)
    {
        // By its journal, not by its state: on a slow machine the grace period is over before anyone can ask.
        Assert.Equal("finding_suspected", FindingHistory(Finding(rule, subjectKey).Id)[0]);
        LookUntil(() => Finding(rule, subjectKey).Status == FindingStates.Open, $"{rule} on {subjectKey} opens");
        var finding = Finding(rule, subjectKey);
        if (Recordings.On)
        {
            Recordings.Keep(finding, Api.Get(Routes.State, ApiJson.Default.HostView), ReferenceEquals(Auditor, _one.Process) ? _since : 0, Auditor.Pid);
        }

        return finding;
    }

    private protected FindingView Finding(string rule, string subjectKey) => Assert.Single(Findings(rule), f => f.Subject.Key == subjectKey);

    /// <summary>A person pipes the remedy to a shell; every command must succeed, and the next looks must find the trouble gone.</summary>
    private protected void Mends(FindingView finding, bool plain)
    {
        var typed = Type($"xdpaudit finding remedy {finding.Id}{(plain ? " --plain" : "")} >'{Lab.Folder}/remedy' && sh -e '{Lab.Folder}/remedy'");
        Assert.True(typed.ExitCode == 0, $"ended with {typed.ExitCode}: {typed.Errors}\n{typed.Output}\nof\n{File.ReadAllText($"{Lab.Folder}/remedy")}");
        LookUntil(() => Finding(finding.Rule, finding.Subject.Key).Status == FindingStates.Resolved, $"{finding.Rule} is resolved");
        Assert.Equal(["finding_suspected", "finding_opened", "finding_resolved"], FindingHistory(finding.Id).Where(e => e != "finding_revised"));
    }

    /// <summary>Types a line into a shell where <c>xdpaudit</c> is installed and finds this auditor.</summary>
    private protected Shell.Answer Type(string line) =>
        Shell.Type($"export PATH='{Built.CliFolder}':\"$PATH\" XDPAUDIT_SERVER='unix:{AuditorProcess.Socket(Auditor.Lab)}'\n{line}");

    /// <summary>As <see cref="Type"/>, where failure is not part of the test; returns what was printed.</summary>
    private protected string Typed(string line)
    {
        var answer = Type(line);
        Assert.True(answer.ExitCode == 0, $"'{line}' ended with {answer.ExitCode}: {answer.Errors}{answer.Output}");
        return answer.Output;
    }

    /// <summary>As <see cref="Typed"/>, with <c>-o json</c>.</summary>
    private protected JsonElement Asked(string line)
    {
        using var document = JsonDocument.Parse(Typed($"{line} -o json"));
        return document.RootElement.Clone();
    }

    private List<string> FindingHistory(FindingId id) =>
        [.. Api.Get(Routes.FindingHistory, ApiJson.Default.IReadOnlyListHistoryEntry, ("id", $"{id}")).Select(e => e.Event)];
}
