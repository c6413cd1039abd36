namespace XdpAudit.Core;

/// <summary>Why something is no longer in force, by what a look proves.</summary>
internal static class AttachmentEnds
{
    /// <summary>
    /// One of <see cref="EndReason"/>; null when the look proves nothing. The end of its link or program ends an attachment wherever it was,
    /// also where the interface could not be looked at.
    /// </summary>
    /// <param name="look">The look.</param>
    /// <param name="key">Where it was in force.</param>
    /// <param name="old">What was in force.</param>
    /// <param name="seen">The interface; null when it was not seen.</param>
    internal static string? Why(Look look, AttachPointKey key, Attached old, ObservedInterface? seen) =>
        old.Link is { } link && look.Places.Of(link) is { } place ? place != key ? EndReason.InterfaceMoved : look.IsGone(old.Program) ? EndReason.Unknown : null
        : old.Link is { } gone && look.IsGone(gone) ? EndReason.LinkReleased
        : old.Link is { } left && look.Places.IsDefunct(left) ? look.Places.WhyGone(key) ?? EndReason.Asked
        : IsFree(look, old, seen) ? old.Link is null ? EndReason.Asked : EndReason.Unknown
        : look.IsGone(old.Program) ? seen is not null && old.Link is null ? EndReason.Asked : EndReason.Unknown
        : null;

    // A program that is shown and was not in the list is no proof that the old one left its place: the next look will know it.
    private static bool IsFree(Look look, Attached old, ObservedInterface? seen) =>
        seen is not null && seen.Xdp.All(x => x.Mode != old.Mode) && look.Namespaces.TryGetValue(seen.Netns, out var netns) && netns.Complete;
}
