namespace XdpAudit.Abstractions;

/// <summary>What a sensor can see now.</summary>
public sealed record SensorStatus
{
    /// <summary>Its tiers, also those that are not live.</summary>
    public required IReadOnlyList<SensorTier> Tiers { get; init; }

    /// <summary>What stays invisible, one sentence each: what follows from the tiers and hooks that are not live.</summary>
    public IReadOnlyList<string> Invisible { get; init; } = [];

    /// <summary>
    /// The highest program id given out so far, by a program of the sensor's own: an independent count of all loads of this boot. At its start, the
    /// id after which every load is heard. Null when not read.
    /// </summary>
    public uint? Odometer { get; init; }

    /// <summary>The programs that the sensor loaded itself since its last status, of which it tells nothing: nobody is to miss them.</summary>
    public IReadOnlyList<KernelProgramId> OwnPrograms { get; init; } = [];
}

/// <summary>One tier.</summary>
/// <param name="Name">One of <see cref="SensorTiers"/>.</param>
/// <param name="State">One of <see cref="SensorStates"/>.</param>
/// <param name="Why">Why it is not live; empty when it is.</param>
/// <param name="Hooks">Its hooks.</param>
public sealed record SensorTier(string Name, string State, string Why, IReadOnlyList<SensorHook> Hooks);

/// <summary>One hook.</summary>
/// <param name="Name">As the kernel names it.</param>
/// <param name="State">One of <see cref="SensorStates"/>.</param>
/// <param name="Why">Why it is not live; empty when it is.</param>
public sealed record SensorHook(string Name, string State, string Why);

/// <summary>How it stands with a tier or hook.</summary>
public static class SensorStates
{
    /// <summary>It was made to fire, and was heard.</summary>
    public const string Live = "live";

    /// <summary>It attaches and was not heard: it is not trusted.</summary>
    public const string Silent = "silent";

    /// <summary>The kernel has no such thing.</summary>
    public const string Absent = "absent";

    /// <summary>The kernel, or a missing right, refuses it.</summary>
    public const string Refused = "refused";

    /// <summary>It was switched off.</summary>
    public const string Off = "off";
}
