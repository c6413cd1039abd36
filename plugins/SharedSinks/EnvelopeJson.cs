using System.Text.Json.Serialization;
using XdpAudit.Abstractions;

namespace XdpAudit.Plugins;

/// <summary>
/// An envelope as JSON: snake_case, on one line, nulls left out. Whatever is not plain ASCII is escaped, so that no name can move a terminal's cursor
/// or end a line.
/// </summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEnvelope))]
internal sealed partial class EnvelopeJson : JsonSerializerContext;
