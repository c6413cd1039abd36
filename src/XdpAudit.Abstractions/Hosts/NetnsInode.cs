using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The inode of a network namespace in nsfs. Reused at once after the namespace is gone: for finding it, never for knowing it.</summary>
[JsonConverter(typeof(UInt64IdConverter<NetnsInode>))]
public readonly record struct NetnsInode(ulong Value) : IId<NetnsInode, ulong>
{
    /// <inheritdoc/>
    public static NetnsInode From(ulong value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
