namespace XdpAudit.Core;

/// <summary>A pin as recorded. Device and inode tell it from a later pin at the same path.</summary>
/// <param name="Path">Its path in its mount namespace.</param>
/// <param name="Device">The bpffs instance, st_dev; 0 of one that was gone before anybody could look.</param>
/// <param name="Inode">st_ino; 0 of one that was gone before anybody could look.</param>
/// <param name="ReachedBy">The path by which the auditor's namespace reaches it.</param>
/// <param name="Hidden">Covered by another mount.</param>
public sealed record PinFacts(PinPath Path, ulong Device, ulong Inode, string ReachedBy, bool Hidden)
{
    /// <summary>The same pin, by whatever path; of one that nobody looked at, only the path tells.</summary>
    internal bool IsSame(PinFacts other) => (Device, Inode) == (other.Device, other.Inode) && (Inode != 0 || Path == other.Path);

    /// <summary>A pin that was gone before anybody could look.</summary>
    internal static PinFacts OnlyHeardOf(PinPath path) => new(path, 0, 0, path.Value, Hidden: false);

    internal static PinFacts Of(ObservedPin pin) => new(pin.Path, pin.Device, pin.Inode, pin.ReachedBy, pin.Hidden);
}
