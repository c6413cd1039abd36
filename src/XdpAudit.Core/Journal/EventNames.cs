namespace XdpAudit.Core;

/// <summary>
/// The stored names of events. A name is forever: an event that needs another meaning gets another name.
/// Types are listed one by one, so that renaming a class cannot rename what is stored.
/// </summary>
public static class EventNames
{
    /// <summary>Every event by its stored name, grouped by what it speaks of.</summary>
    public static IReadOnlyDictionary<string, Type> All { get; } = new Dictionary<string, Type>
    {
        ["boot_began"] = typeof(BootBegan),
        ["boot_ended"] = typeof(BootEnded),
        ["agent_started"] = typeof(AgentStarted),
        ["agent_stopped"] = typeof(AgentStopped),
        ["gap_opened"] = typeof(GapOpened),
        ["gap_closed"] = typeof(GapClosed),
        ["observation_completed"] = typeof(ObservationCompleted),
        ["sensor_started"] = typeof(SensorStarted),
        ["sensor_stopped"] = typeof(SensorStopped),
        ["sensor_degraded"] = typeof(SensorDegraded),
        ["enumeration_disagreed"] = typeof(EnumerationDisagreed),
        ["program_load_failed"] = typeof(ProgramLoadFailed),
        ["program_loaded"] = typeof(ProgramLoaded),
        ["program_found"] = typeof(ProgramFound),
        ["program_loader_identified"] = typeof(ProgramLoaderIdentified),
        ["program_maps_changed"] = typeof(ProgramMapsChanged),
        ["program_pinned"] = typeof(ProgramPinned),
        ["program_unpinned"] = typeof(ProgramUnpinned),
        ["program_unloaded"] = typeof(ProgramUnloaded),
        ["holder_appeared"] = typeof(HolderAppeared),
        ["holder_gone"] = typeof(HolderGone),
        ["link_created"] = typeof(LinkCreated),
        ["link_found"] = typeof(LinkFound),
        ["link_program_replaced"] = typeof(LinkProgramReplaced),
        ["link_program_identified"] = typeof(LinkProgramIdentified),
        ["link_detached"] = typeof(LinkDetached),
        ["link_pinned"] = typeof(LinkPinned),
        ["link_unpinned"] = typeof(LinkUnpinned),
        ["link_released"] = typeof(LinkReleased),
        ["map_found"] = typeof(MapFound),
        ["map_users_changed"] = typeof(MapUsersChanged),
        ["map_pinned"] = typeof(MapPinned),
        ["map_unpinned"] = typeof(MapUnpinned),
        ["map_gone"] = typeof(MapGone),
        ["attachment_established"] = typeof(AttachmentEstablished),
        ["attachment_replaced"] = typeof(AttachmentReplaced),
        ["attachment_removed"] = typeof(AttachmentRemoved),
        ["interface_renamed"] = typeof(InterfaceRenamed),
        ["interface_moved"] = typeof(InterfaceMoved),
        ["interface_removed"] = typeof(InterfaceRemoved),
        ["operation_requested"] = typeof(OperationRequested),
        ["operation_succeeded"] = typeof(OperationSucceeded),
        ["operation_already_applied"] = typeof(OperationAlreadyApplied),
        ["operation_rejected"] = typeof(OperationRejected),
        ["operation_failed"] = typeof(OperationFailed),
        ["operation_indeterminate"] = typeof(OperationIndeterminate),
        ["operation_verified"] = typeof(OperationVerified),
        ["operation_contradicted"] = typeof(OperationContradicted),
        ["operation_settled"] = typeof(OperationSettled),
        ["finding_suspected"] = typeof(FindingSuspected),
        ["finding_opened"] = typeof(FindingOpened),
        ["finding_revised"] = typeof(FindingRevised),
        ["finding_acknowledged"] = typeof(FindingAcknowledged),
        ["finding_suppressed"] = typeof(FindingSuppressed),
        ["finding_resolved"] = typeof(FindingResolved),
        ["finding_regressed"] = typeof(FindingRegressed),
        ["plugin_loaded"] = typeof(PluginLoaded),
        ["plugin_refused"] = typeof(PluginRefused),
        ["plugin_approved"] = typeof(PluginApproved),
        ["plugin_faulted"] = typeof(PluginFaulted),
        ["plugin_restarted"] = typeof(PluginRestarted),
        ["plugin_quarantined"] = typeof(PluginQuarantined),
    };

    private static readonly Dictionary<Type, string> ByType = All.ToDictionary(p => p.Value, p => p.Key);

    /// <summary>The stored name of an event.</summary>
    public static string Of(JournalEvent fact) => ByType[fact.GetType()];
}
