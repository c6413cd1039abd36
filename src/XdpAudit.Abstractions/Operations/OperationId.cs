using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>An operation XdpAudit was asked to do; also the idempotency key an executor sees. A UUID version 7 without dashes.</summary>
[JsonConverter(typeof(TextIdConverter<OperationId>))]
public readonly record struct OperationId(string Value) : IId<OperationId, string>
{
    /// <inheritdoc/>
    public static OperationId From(string value) => new(value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
