namespace XdpAudit.Abstractions;

/// <summary>What an executor is and can do.</summary>
public sealed record ExecutorDescriptor
{
    /// <summary>Its plugin id, for example <c>libbpf</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Names this life of the executor; handles of another life are stale.</summary>
    public required string Epoch { get; init; }

    /// <summary>From <see cref="ExecutorCapability"/> or its own. What is not named answers Unsupported.</summary>
    public required IReadOnlyList<string> Capabilities { get; init; }

    /// <summary>Versions of what it drives: <c>libbpf</c>, <c>kernel</c>.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = new Dictionary<string, string>();

    /// <summary>What it could do elsewhere and cannot here, why, and what would help; for people, lower case, no full stop.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Known capabilities.</summary>
public static class ExecutorCapability
{
    /// <summary>Attach in the driver.</summary>
    public const string AttachNative = "xdp.attach.native";

    /// <summary>Attach in the stack.</summary>
    public const string AttachGeneric = "xdp.attach.generic";

    /// <summary>Attach in the hardware.</summary>
    public const string AttachOffload = "xdp.attach.offload";

    /// <summary>Attach by a link.</summary>
    public const string AttachByLink = "xdp.attach.link";

    /// <summary>Attach by netlink: the attachment belongs to nobody and stays until the device goes.</summary>
    public const string AttachByNetlink = "xdp.attach.netlink";

    /// <summary>Replace a netlink attachment only if the program there is the expected one, in one step of the kernel (XDP_FLAGS_REPLACE).</summary>
    public const string AttachExpected = "xdp.attach.expected";

    /// <summary>Replace the program of a link, optionally only if the old one is the expected one.</summary>
    public const string LinkUpdate = "link.update";

    /// <summary>Pin and unpin.</summary>
    public const string Pin = "pin";

    /// <summary>Take a link or program up again from its pin after a restart.</summary>
    public const string Adopt = "adopt";

    /// <summary>Holds objects by its own descriptors when asked for no pin; they go with its process.</summary>
    public const string Ephemeral = "ephemeral";
}

/// <summary>What the effect of an executor's death on an object is.</summary>
public static class Persistence
{
    /// <summary>Goes with the executor's process.</summary>
    public const string ProcessBound = "process-bound";

    /// <summary>Kept by a pin.</summary>
    public const string Pinned = "pinned";

    /// <summary>Kept by the interface: a netlink attachment.</summary>
    public const string Interface = "interface";

    /// <summary>Kept by somebody other than the executor.</summary>
    public const string Elsewhere = "elsewhere";
}

/// <summary>Circumstances of one call.</summary>
public sealed record OperationContext
{
    /// <summary>The idempotency key: within one epoch a repeat answers with the first outcome, as AlreadyApplied, and does nothing.</summary>
    public required OperationId OperationId { get; init; }

    /// <summary>The most bytes of verifier log to carry; its digest is always of the whole.</summary>
    public int MaxVerifierLogBytes { get; init; } = 256 * 1024;
}
