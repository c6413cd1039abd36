using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>A network namespace: SO_NETNS_COOKIE (socket(7), Linux 5.14), unique within a boot; the inode is not, the kernel reuses it at once.</summary>
[JsonConverter(typeof(UInt64IdConverter<NetnsCookie>))]
public readonly record struct NetnsCookie(ulong Value) : IId<NetnsCookie, ulong>
{
    /// <inheritdoc/>
    public static NetnsCookie From(ulong value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
