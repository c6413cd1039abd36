namespace XdpAudit.Agent;

/// <summary>A detector that is asked without a thread being held.</summary>
internal interface IAwaitedDetector : ILeakDetector
{
    /// <summary>All that is wrong in this input.</summary>
    Task<IReadOnlyList<LeakCandidate>> DetectAsync(DetectorInput input, CancellationToken cancellation);

    /// <summary>Counts and tells that what it answered cannot be so.</summary>
    Exception Broke(string why);
}

/// <summary>A detector in a process of its own.</summary>
internal sealed class IsolatedDetector(Supervisor process, string id, IReadOnlyList<string> rules) : IAwaitedDetector
{
    private const string During = "judging";

    public string Id => id;

    public IReadOnlyList<string> Rules => rules;

    public Task<IReadOnlyList<LeakCandidate>> DetectAsync(DetectorInput input, CancellationToken cancellation) =>
        process.AskAsync(During, Detectors.Deadline, (w, c) => w.DetectAsync(id, input, c), cancellation);

    public Exception Broke(string why) => process.Broke(During, why);

    public IReadOnlyList<LeakCandidate> Detect(DetectorInput input) => throw new NotSupportedException("a detector in another process is awaited");
}
