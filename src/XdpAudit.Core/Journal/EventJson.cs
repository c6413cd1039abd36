using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace XdpAudit.Core;

/// <summary>
/// The stored form of events: UTF-8 JSON, snake_case, members in the order of declaration, nulls left out.
/// The bytes are made once and kept as they are, for whoever hashes them later.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(BootBegan))]
[JsonSerializable(typeof(BootEnded))]
[JsonSerializable(typeof(AgentStarted))]
[JsonSerializable(typeof(AgentStopped))]
[JsonSerializable(typeof(GapOpened))]
[JsonSerializable(typeof(GapClosed))]
[JsonSerializable(typeof(ObservationCompleted))]
[JsonSerializable(typeof(SensorStarted))]
[JsonSerializable(typeof(SensorStopped))]
[JsonSerializable(typeof(SensorDegraded))]
[JsonSerializable(typeof(EnumerationDisagreed))]
[JsonSerializable(typeof(ProgramLoadFailed))]
[JsonSerializable(typeof(ProgramLoaded))]
[JsonSerializable(typeof(ProgramFound))]
[JsonSerializable(typeof(ProgramLoaderIdentified))]
[JsonSerializable(typeof(ProgramMapsChanged))]
[JsonSerializable(typeof(ProgramPinned))]
[JsonSerializable(typeof(ProgramUnpinned))]
[JsonSerializable(typeof(ProgramUnloaded))]
[JsonSerializable(typeof(HolderAppeared))]
[JsonSerializable(typeof(HolderGone))]
[JsonSerializable(typeof(LinkCreated))]
[JsonSerializable(typeof(LinkFound))]
[JsonSerializable(typeof(LinkProgramReplaced))]
[JsonSerializable(typeof(LinkProgramIdentified))]
[JsonSerializable(typeof(LinkDetached))]
[JsonSerializable(typeof(LinkPinned))]
[JsonSerializable(typeof(LinkUnpinned))]
[JsonSerializable(typeof(LinkReleased))]
[JsonSerializable(typeof(MapFound))]
[JsonSerializable(typeof(MapUsersChanged))]
[JsonSerializable(typeof(MapPinned))]
[JsonSerializable(typeof(MapUnpinned))]
[JsonSerializable(typeof(MapGone))]
[JsonSerializable(typeof(AttachmentEstablished))]
[JsonSerializable(typeof(AttachmentReplaced))]
[JsonSerializable(typeof(AttachmentRemoved))]
[JsonSerializable(typeof(InterfaceRenamed))]
[JsonSerializable(typeof(InterfaceMoved))]
[JsonSerializable(typeof(InterfaceRemoved))]
[JsonSerializable(typeof(OperationRequested))]
[JsonSerializable(typeof(OperationSucceeded))]
[JsonSerializable(typeof(OperationAlreadyApplied))]
[JsonSerializable(typeof(OperationRejected))]
[JsonSerializable(typeof(OperationFailed))]
[JsonSerializable(typeof(OperationIndeterminate))]
[JsonSerializable(typeof(OperationVerified))]
[JsonSerializable(typeof(OperationContradicted))]
[JsonSerializable(typeof(OperationSettled))]
[JsonSerializable(typeof(FindingSuspected))]
[JsonSerializable(typeof(FindingOpened))]
[JsonSerializable(typeof(FindingRevised))]
[JsonSerializable(typeof(FindingAcknowledged))]
[JsonSerializable(typeof(FindingSuppressed))]
[JsonSerializable(typeof(FindingResolved))]
[JsonSerializable(typeof(FindingRegressed))]
[JsonSerializable(typeof(PluginLoaded))]
[JsonSerializable(typeof(PluginRefused))]
[JsonSerializable(typeof(PluginApproved))]
[JsonSerializable(typeof(PluginFaulted))]
[JsonSerializable(typeof(PluginRestarted))]
[JsonSerializable(typeof(PluginQuarantined))]
public sealed partial class EventJson : JsonSerializerContext
{
    /// <summary>The bytes to store.</summary>
    public static byte[] Write(JournalEvent fact) => JsonSerializer.SerializeToUtf8Bytes(fact, TypeInfo(fact.GetType()));

    /// <summary>The fact in stored bytes.</summary>
    public static JournalEvent Read(Type type, ReadOnlySpan<byte> json) =>
        (JournalEvent)(JsonSerializer.Deserialize(json, TypeInfo(type)) ?? throw new JsonException($"a stored {type.Name} is null"));

    private static JsonTypeInfo TypeInfo(Type type) =>
        Default.GetTypeInfo(type) ?? throw new JsonException($"{type.Name} has no stored form: add it to EventJson");
}
