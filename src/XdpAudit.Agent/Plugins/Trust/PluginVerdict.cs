namespace XdpAudit.Agent;

/// <summary>What the allow-lists and the checks say of one plugin: verified, refused, or disabled.</summary>
public sealed record PluginVerdict
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>What was approved; null when no list names it.</summary>
    public AllowEntry? Entry { get; init; }

    /// <summary>The list that names it; empty when none does.</summary>
    public string AllowList { get; init; } = "";

    /// <summary>Its folder; empty when no list names it.</summary>
    public string Folder { get; init; } = "";

    /// <summary>It is in the list of what ships with the auditor.</summary>
    public bool Shipped { get; init; }

    /// <summary>Version of the shipped plugin whose place it takes; null when it takes none.</summary>
    public string? Overrides { get; init; }

    /// <summary>It may be activated; null when it may not.</summary>
    public VerifiedPlugin? Verified { get; init; }

    /// <summary>Why it may not; null when it may, or is disabled.</summary>
    public PluginRefusal? Refusal { get; init; }

    /// <summary>Its entry says that it is not to be loaded.</summary>
    public bool Disabled => Entry is { Enabled: false } && Refusal is null;
}
