namespace XdpAudit.Agent;

/// <summary>How it stands with a plugin, in the words of the API.</summary>
internal static class PluginViews
{
    internal static PluginView Of(PluginVerdict verdict, Activation? activation)
    {
        var (state, why) = State(verdict, activation);
        var refused = activation?.Fact as PluginRefused;
        var manifest = verdict.Verified?.Manifest;
        return new()
        {
            Id = verdict.Id,
            State = state,
            Why = why,
            Code = refused?.Code,
            Remedy = state switch
            {
                PluginStates.Refused => refused?.Remedy ?? "see the auditor's log; xdpaudit plugin verify DIR runs the checks alone",
                PluginStates.Quarantined => "see xdpaudit events for its faults; it is started again with the auditor",
                PluginStates.Disabled => $"to load it: xdpaudit plugin enable {verdict.Id}",
                _ => null,
            },
            Version = verdict.Entry?.Version ?? "",
            Kind = verdict.Entry?.Kind ?? "",
            Isolation = verdict.Verified?.Isolation ?? verdict.Entry?.Isolation ?? "",
            Sha256 = verdict.Entry?.Sha256 ?? "",
            Path = verdict.Folder,
            AllowList = verdict.AllowList,
            Shipped = verdict.Shipped,
            Overrides = verdict.Overrides,
            ApprovedBy = verdict.Entry?.ApprovedBy ?? "",
            ApprovedAt = verdict.Entry?.ApprovedAt,
            Reason = verdict.Entry?.Reason,
            Description = manifest?.Description ?? "",
            Owner = manifest?.Owner ?? "",
            Contract = manifest?.Contract ?? "",
            AllowNative = verdict.Entry?.AllowNative ?? [],
            LinuxCapabilities = manifest?.LinuxCapabilities ?? [],
            Files = verdict.Entry?.Digests ?? [],
        };
    }

    private static (string State, string? Why) State(PluginVerdict verdict, Activation? activation) =>
        verdict.Disabled ? (PluginStates.Disabled, "its entry in the allow-list says so")
        : activation?.Fact is PluginRefused refused ? (PluginStates.Refused, refused.Why)
        : activation?.Supervisor is { } supervisor ? supervisor.State
        : activation is null ? (PluginStates.Approved, null)
        : (PluginStates.Active, null);
}
