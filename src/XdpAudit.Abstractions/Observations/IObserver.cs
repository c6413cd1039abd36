namespace XdpAudit.Abstractions;

/// <summary>Looks at the host. The real one asks the kernel, the simulated one a model of it.</summary>
public interface IObserver
{
    /// <summary>
    /// One full look. Never throws for what the kernel refuses: that is in the coverage. Leaves no descriptor open.
    /// May block for milliseconds; one look at a time.
    /// </summary>
    Observation Observe(CancellationToken cancellation);
}
