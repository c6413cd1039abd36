using System.Diagnostics;

namespace XdpAudit.Core;

/// <summary>Every event in one sentence, so that a history reads like a story. All wording of events is here.</summary>
public static class Story
{
    /// <summary>The sentence.</summary>
    public static string Tell(JournalEvent fact) => fact switch
    {
        BootBegan e => $"the host booted kernel {e.KernelRelease} at {e.BootedAt:yyyy-MM-dd HH:mm:ss}Z",
        BootEnded => "the boot ended; everything that lived in it is gone",
        AgentStarted e => $"the auditor {e.Version} began to watch (process {e.Pid})",
        AgentStopped e => $"the auditor stopped watching: {e.Why}",
        GapOpened e => e.Sensor is { } sensor ? $"{sensor} lost {(e.Lost is { } lost ? $"{lost} notices" : "notices, nobody knows how many")}: {e.Why}" : $"from here on nothing was watched: {e.Why}",
        GapClosed e => $"a complete look ended the gap; it led to {e.Recovered} events, and {(e.Unseen is { } unseen ? $"{unseen} programs of any type were loaded meanwhile that no event tells of" : "what came and went meanwhile nobody knows")}",
        SensorStarted e => $"sensor {e.Sensor} began to hear the kernel: {Tiers(e.Tiers)}",
        SensorStopped e => $"sensor {e.Sensor} no longer hears the kernel: {e.Why}",
        SensorDegraded e => $"sensor {e.Sensor} sees otherwise than before: {e.What}; now {Tiers(e.Tiers)}",
        EnumerationDisagreed e => $"two ways of listing {e.What} disagree: only the iterator shows {Ids(e.OnlyByIterator)}, only the walk over ids shows {Ids(e.OnlyByWalk)}",
        ProgramLoadFailed e => $"the kernel refused to load {(e.Type is { } type ? $"{type} " : "")}program {(string.IsNullOrEmpty(e.Name) ? "without a name" : e.Name)} for {Who(e)}: errno {e.Errno}",
        ObservationCompleted e => Looked(e),
        ProgramLoaded e => $"{Name(e.Program)} was loaded by {Who(e)}{Maps(e.Program)}",
        ProgramFound e => $"{Name(e.Program)} was found; it was loaded at {e.Program.LoadedAt:yyyy-MM-dd HH:mm:ss}Z by uid {e.Program.Uid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}, nobody saw by whom{Maps(e.Program)}",
        ProgramLoaderIdentified e => $"program {e.Program.Id} was loaded by {Who(e)}; the notice of it came late",
        ProgramMapsChanged e => $"program {e.Program.Id} now uses maps {string.Join(", ", e.MapIds)}",
        ProgramPinned e => $"program {e.Program.Id} {Pinned(e.Pin)}{By(e)}",
        ProgramUnpinned e => $"the pin {e.Pin.Path} of program {e.Program.Id} was removed{By(e)}",
        ProgramUnloaded e => $"program {e.Program.Id} ({e.Name}) is gone from the kernel: {Ended(e.Why)}{Because(e.Cause)}; last held by {e.LastHeldBy}{By(e)}",
        HolderAppeared e => $"{e.Holder.Words()} holds {Short(e.Held)}",
        HolderGone e => $"{e.Holder.Words()} no longer holds {Short(e.Held)} ({e.Why})",
        LinkCreated e => $"link {e.Link.Key.Id} was created{On(e.Link)} by {Who(e)}",
        LinkFound e => e.Link.Defunct ? $"link {e.Link.Key.Id} was found; it was defunct already" : $"link {e.Link.Key.Id} was found{On(e.Link)}; nobody saw who created it",
        LinkProgramReplaced e => $"link {e.Link.Id} got program {e.NewProgram.Id} ({e.NewName}) in place of program {Id(e.OldProgram)}{By(e)}",
        LinkProgramIdentified e => $"the program of link {e.Link.Id} is program {e.Program.Id} ({e.Name}), which was not listed when the link was found",
        LinkDetached e => $"link {e.Link.Id} was detached{(e.IfName.Length > 0 ? $" from {e.IfName}" : "")} ({Ended(e.Why)}); it is defunct now and still holds program {Id(e.Program)}{By(e)}",
        LinkPinned e => $"link {e.Link.Id} {Pinned(e.Pin)}{By(e)}",
        LinkUnpinned e => $"the pin {e.Pin.Path} of link {e.Link.Id} was removed{By(e)}",
        LinkReleased e => $"link {e.Link.Id} is gone from the kernel: {Ended(e.Why)}{Because(e.Cause)}; last held by {e.LastHeldBy}{By(e)}",
        MapFound e => $"map {e.Map.Key.Id} ({e.Map.Name}, {e.Map.Type}) was found, {Users(e.UsedBy)}",
        MapUsersChanged e => $"map {e.Map.Id} is now {Users(e.UsedBy)}",
        MapPinned e => $"map {e.Map.Id} {Pinned(e.Pin)}",
        MapUnpinned e => $"the pin {e.Pin.Path} of map {e.Map.Id} was removed",
        MapGone e => $"map {e.Map.Id} ({e.Name}) is gone from the kernel: {Ended(e.Why)}",
        AttachmentEstablished e => $"program {e.Program.Id} ({e.ProgramName}) came into force on {Where(e.Interface)} in {e.Mode.Text()} mode, held by {Link(e.Link)}{By(e)}",
        AttachmentReplaced e => $"on {Where(e.Interface)} program {e.NewProgram.Id} ({e.NewName}) took the place of program {e.OldProgram.Id} ({e.Old.Name}), held by {Link(e.Link)}{By(e)}",
        AttachmentRemoved e => $"program {e.Program.Id} is no longer in force on {e.IfName} in {e.Mode.Text()} mode: {Ended(e.Why)}{By(e)}",
        InterfaceRenamed e => $"interface {e.OldName} was renamed to {e.NewName}; what is attached stayed in force",
        InterfaceMoved e => $"the interface moved to {Where(e.Interface)}; what is attached stayed in force",
        InterfaceRemoved e => $"interface {e.Name} is gone: {Ended(e.Why)}",
        OperationEvent e => OperationStory.Tell(e),
        FindingEvent e => FindingStory.Tell(e),
        PluginLoaded e => $"plugin {e.Plugin} {e.Version} was loaded and brings {string.Join(", ", e.Brings)}",
        PluginRefused e => $"plugin {e.Plugin} was refused ({e.Code}): {e.Why}",
        PluginFaulted e => $"plugin {e.Plugin} failed while {e.During}: {e.Why}",
        PluginApproved e => $"plugin {e.Plugin} {e.Version} was approved by {e.By}{(e.Reason is { } reason ? $": {reason}" : "")}",
        PluginRestarted e => $"plugin {e.Plugin} was started again as process {e.Pid}; {e.Faults} faults lately",
        PluginQuarantined e => $"plugin {e.Plugin} is quarantined: {e.Why}",
        _ => throw new UnreachableException(fact.GetType().Name),
    };

    internal static string Who(JournalEvent fact) => fact.Actor switch
    {
        Actor.Process p => $"process {p.Identity.Pid} ({p.Identity.Comm ?? "name not readable"}, uid {p.Identity.Uid?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"})",
        Actor.Kernel k => $"the kernel ({k.Why})",
        _ => "nobody that was seen",
    };

    private static string By(JournalEvent fact) => fact.Actor is Actor.Process ? $", by {Who(fact)}{(fact.Operation is { } o ? $" with operation {o}" : "")}" : "";

    private static string Because(string? cause) => cause is null ? "" : $" when {cause}";

    private static string Tiers(IReadOnlyList<SensorTier> tiers) =>
        string.Join(", ", tiers.Select(t => t.State == SensorStates.Live ? $"{t.Name} is live" : $"{t.Name} is {t.State} ({t.Why})"));

    private static string Ids(IReadOnlyList<uint> ids) => ids.Count == 0 ? "nothing more" : string.Join(", ", ids);

    private static string Name(ProgramFacts p) => $"program {p.Key.Id} ({(p.Name.Length > 0 ? p.Name : "no name")}, {p.Type})";

    private static string Maps(ProgramFacts p) => p.MapIds.Count == 0 ? "" : $"; it uses map{(p.MapIds.Count > 1 ? "s" : "")} {string.Join(", ", p.MapIds)}";

    private static string Id(ProgramKey? key) => key?.Id.ToString() ?? "out of scope";

    private static string On(LinkFacts link) =>
        (link.Program is { } p ? $" for program {p.Id} ({link.ProgramName})" : "") + (link.IfName.Length > 0 ? $" on {link.IfName}" : "");

    private static string Link(LinkKey? link) => link is { } l ? $"link {l.Id}" : "netlink, so it belongs to nobody";

    private static string Pinned(PinFacts pin) => pin.Hidden ? $"is pinned at {pin.Path}, which another mount hides" : $"was pinned at {pin.Path}";

    private static string Where(InterfaceFacts names) => names.OwnNetns ? names.Name : $"{names.Name} in netns {names.NetnsName ?? $"inode {names.NetnsInode}"}";

    private static string Users(IReadOnlyList<KernelProgramId> users) => users.Count == 0 ? "used by no program" : $"used by program {string.Join(", ", users)}";

    private static string Short(string key)
    {
        var parts = key.Split('/');
        return parts.Length > 3 ? $"{parts[0]} {parts[3]}" : key;
    }

    private static string Ended(string why) => why switch
    {
        EndReason.Asked => "it was asked for",
        EndReason.InterfaceGone => "its interface is gone",
        EndReason.NetnsGone => "its network namespace is gone",
        EndReason.InterfaceMoved => "its interface moved",
        EndReason.Replaced => "another took its place",
        EndReason.LinkReleased => "the link that held it was released",
        EndReason.LastReference => "its last reference went",
        EndReason.BootEnded => "the boot ended",
        _ => "why is not known",
    };

    private static string Looked(ObservationCompleted e)
    {
        var missed = e.Coverage.Parts().Where(p => !p.Part.Complete).Select(p => p.Name).ToList();
        return $"a look saw {e.Counts.Programs} programs ({e.Counts.XdpPrograms} xdp), {e.Counts.Links} links ({e.Counts.XdpLinks} xdp), {e.Counts.Attachments} attachments and {e.Counts.Pins} pins in {e.Counts.Namespaces} network namespaces"
            + (e.OtherLoads is { } loads ? $"; since the last one {string.Join(", ", loads.Select(l => $"{l.Programs} {l.Type}"))} programs were loaded that are out of scope" : "")
            + (missed.Count > 0 ? $"; not complete: {string.Join(", ", missed)}" : "");
    }
}
