namespace XdpAudit.Agent;

/// <summary>A detector in a process of its own. Its caller's thread waits for the answer.</summary>
internal sealed class IsolatedDetector(Supervisor process, string id, IReadOnlyList<string> rules) : ILeakDetector
{
    private const string During = "judging";

    /// <summary>Shorter than the auditor waits for any detector: who watches the process is to find that it hangs.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(25);

    public string Id => id;

    public IReadOnlyList<string> Rules => rules;

    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input)
    {
        var answer = process.AskAsync(During, Deadline, (w, c) => w.DetectAsync(id, input, c), CancellationToken.None).GetAwaiter().GetResult();
        return Candidates.Wrong(answer, rules) is { } wrong ? throw process.Broke(During, wrong) : answer;
    }
}
