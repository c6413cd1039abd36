namespace XdpAudit.Core;

/// <summary>A pin as recorded. Device and inode tell it from a later pin at the same path.</summary>
/// <param name="Path">Its path in its mount namespace.</param>
/// <param name="Device">The bpffs instance, st_dev.</param>
/// <param name="Inode">st_ino.</param>
/// <param name="ReachedBy">The path by which the auditor's namespace reaches it.</param>
/// <param name="Hidden">Covered by another mount.</param>
public sealed record PinFacts(PinPath Path, ulong Device, ulong Inode, string ReachedBy, bool Hidden)
{
    /// <summary>The same pin, by whatever path.</summary>
    internal bool IsSame(PinFacts other) => (Device, Inode) == (other.Device, other.Inode);

    internal static PinFacts Of(ObservedPin pin) => new(pin.Path, pin.Device, pin.Inode, pin.ReachedBy, pin.Hidden);
}
