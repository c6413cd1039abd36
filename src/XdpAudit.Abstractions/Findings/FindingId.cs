using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>A finding's stable fingerprint: the same trouble on the same object has the same id.</summary>
[JsonConverter(typeof(TextIdConverter<FindingId>))]
public readonly record struct FindingId(string Value) : IId<FindingId, string>
{
    /// <inheritdoc/>
    public static FindingId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
