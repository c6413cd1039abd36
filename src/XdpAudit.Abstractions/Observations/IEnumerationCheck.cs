namespace XdpAudit.Abstractions;

/// <summary>Lists the same objects in two ways that do not share their path through the kernel, to catch one that is lied to.</summary>
public interface IEnumerationCheck
{
    /// <summary>
    /// What only one of both ways shows; nothing where only one way is to be had. What comes and goes meanwhile can differ once: only what differs
    /// again at a later call is a contradiction.
    /// </summary>
    IReadOnlyList<EnumerationDifference> Compare();
}

/// <summary>What two ways of listing differ in.</summary>
/// <param name="What"><c>programs</c>, <c>links</c> or <c>maps</c>.</param>
/// <param name="OnlyByIterator">Kernel ids that only the BPF iterator shows.</param>
/// <param name="OnlyByWalk">Kernel ids that only the walk over ids shows (BPF_PROG_GET_NEXT_ID and its like).</param>
public sealed record EnumerationDifference(string What, IReadOnlyList<uint> OnlyByIterator, IReadOnlyList<uint> OnlyByWalk);
