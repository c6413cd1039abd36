using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>An interface's number inside one network namespace (if_nametoindex(3)). May be given again, and changes when an interface moves; 0 on a link means defunct.</summary>
[JsonConverter(typeof(UInt32IdConverter<IfIndex>))]
public readonly record struct IfIndex(uint Value) : IId<IfIndex, uint>
{
    /// <inheritdoc/>
    public static IfIndex From(uint value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
