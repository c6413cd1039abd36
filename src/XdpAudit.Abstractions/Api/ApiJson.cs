using System.Text.Json.Serialization;

namespace XdpAudit.Abstractions;

/// <summary>The JSON of the API and of <c>-o json</c>: snake_case, lists never null, unknown members ignored. Compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DictionaryKeyPolicy = JsonKnownNamingPolicy.Unspecified,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(HostView))]
[JsonSerializable(typeof(IReadOnlyList<ProgramView>))]
[JsonSerializable(typeof(IReadOnlyList<LinkView>))]
[JsonSerializable(typeof(IReadOnlyList<AttachmentView>))]
[JsonSerializable(typeof(IReadOnlyList<MapView>))]
[JsonSerializable(typeof(IReadOnlyList<HolderView>))]
[JsonSerializable(typeof(IReadOnlyList<FindingView>))]
[JsonSerializable(typeof(IReadOnlyList<OperationView>))]
[JsonSerializable(typeof(IReadOnlyList<HistoryEntry>))]
[JsonSerializable(typeof(IReadOnlyList<PluginView>))]
[JsonSerializable(typeof(PluginReport))]
[JsonSerializable(typeof(OperationRequest))]
[JsonSerializable(typeof(TriageRequest))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(ReconcileView))]
[JsonSerializable(typeof(DiffView))]
[JsonSerializable(typeof(DoctorView))]
[JsonSerializable(typeof(Observation))]
public sealed partial class ApiJson : JsonSerializerContext;
