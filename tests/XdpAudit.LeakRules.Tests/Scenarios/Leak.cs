namespace XdpAudit.Testing;

/// <summary>A leak that was made on the real kernel, and all that is true of it. Whoever looks must find the same.</summary>
internal sealed class Leak : IDisposable
{
    internal required Lab Lab { get; init; }

    /// <summary>The rule that must speak.</summary>
    internal required string Rule { get; init; }

    /// <summary>Kernel ids of the objects concerned.</summary>
    internal List<uint> Programs { get; } = [];

    internal List<uint> Links { get; } = [];

    internal List<uint> Maps { get; } = [];

    /// <summary>Those of the links that are defunct; bpftool 7.1 does not show it.</summary>
    internal List<uint> Defunct { get; } = [];

    /// <summary>What must be gone once the remedy was typed: bpftool's word and the id.</summary>
    internal List<(string Kind, uint Id)> Goes { get; } = [];

    internal List<LeakPin> Pins { get; } = [];

    internal List<(uint Map, string MapType, uint Index, uint Program)> Elements { get; } = [];

    internal List<Keeper> Keepers { get; } = [];

    /// <summary>Namespaces by name, and the interfaces in them that matter.</summary>
    internal List<(string Netns, string Interface)> Interfaces { get; } = [];

    /// <summary>What was in force and is no longer: only history knows.</summary>
    internal List<(uint Program, string Netns, string Interface, string Why)> Was { get; } = [];

    /// <summary>The program that was replaced by the one in force: only history knows.</summary>
    internal (uint Program, string Name)? Replaced { get; set; }

    internal static bool Exists(string kind, uint id) => Shell.Try("bpftool", kind, "show", "id", $"{id}").ExitCode == 0;

    public void Dispose() => Keepers.ForEach(keeper => keeper.Dispose());
}

/// <summary>A pin of a leak.</summary>
internal sealed record LeakPin(string Kind, uint Id, string Path)
{
    /// <summary>As the auditor reaches it.</summary>
    internal string ReachedBy { get; init; } = Path;

    internal bool Hidden { get; init; }
}
