using System.Text.Json.Serialization;

namespace XdpAudit.Core;

/// <summary>The JSON of folded states, as read models keep it. Can be thrown away and made again.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(SubjectState))]
[JsonSerializable(typeof(string))]
public sealed partial class StateJson : JsonSerializerContext;
