namespace XdpAudit.Abstractions;

/// <summary>Body of <c>POST /v1/operations</c>. Which members matter depends on the kind; others must be null.</summary>
public sealed record OperationRequest
{
    /// <summary>One of <see cref="OperationKinds"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>program.load: absolute path of the ELF object on the auditor's host.</summary>
    public string? ObjectPath { get; init; }

    /// <summary>program.load: the program's name in the object. Others: a selector of the program.</summary>
    public string? Program { get; init; }

    /// <summary>A selector of the link; for link.detach also <c>interface:NAME</c> or <c>interface:NAME@NETNS</c>, for a netlink attachment.</summary>
    public string? Link { get; init; }

    /// <summary>link.attach: interface name.</summary>
    public string? Interface { get; init; }

    /// <summary>link.attach: network namespace, by name, <c>cookie:N</c> or path; null for the auditor's own.</summary>
    public string? Netns { get; init; }

    /// <summary>link.attach: <c>native</c>, <c>generic</c>, <c>offload</c>; null leaves it to the kernel.</summary>
    public string? Mode { get; init; }

    /// <summary>link.attach: by netlink, so that the attachment belongs to the interface and to nobody else.</summary>
    public bool ByNetlink { get; init; }

    /// <summary>link.attach by netlink, link.update, link.detach: act only if this program, by kernel id, is in force.</summary>
    public KernelProgramId? ExpectedOld { get; init; }

    /// <summary>Pin path for *.pin and *.unpin; for load and attach it overrides the default one.</summary>
    public PinPath? Pin { get; init; }

    /// <summary>load and attach: hold it by a descriptor of the auditor instead of a pin; it goes when the auditor ends.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>The executor to use; null for the default one.</summary>
    public string? Executor { get; init; }

    /// <summary>Why, for the record.</summary>
    public string? Reason { get; init; }
}

/// <summary>Body of <c>POST /v1/findings/{id}/acknowledge</c> and <c>/suppress</c>.</summary>
/// <param name="Reason">One of <see cref="TriageReasons"/>.</param>
/// <param name="Comment">In the person's words; must not be empty.</param>
/// <param name="ExpiresAt">Until when, UTC; must be in the future.</param>
public sealed record TriageRequest(string Reason, string Comment, DateTimeOffset ExpiresAt);
