namespace XdpAudit.Core;

/// <summary>What tells one holder from another: a process by its pid and start, an element by its map and index. Sorted as it reads.</summary>
internal readonly record struct HolderIdentity(bool InMap, long Of, ulong? Part) : IComparable<HolderIdentity>
{
    public int CompareTo(HolderIdentity other) => (InMap, Of, Part).CompareTo((other.InMap, other.Of, other.Part));
}
