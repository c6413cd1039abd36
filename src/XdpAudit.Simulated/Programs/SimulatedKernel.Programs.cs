using System.Security.Cryptography;
using System.Text;
using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    private readonly SortedDictionary<uint, Prog> _programs = [];
    private readonly Dictionary<string, SimulatedObject> _objects = [];
    private Ids _programIds;

    /// <summary>The ids of all loaded programs, ascending.</summary>
    public IReadOnlyList<KernelProgramId> Programs
    {
        get
        {
            lock (_gate)
            {
                return [.. _programs.Keys.Select(id => new KernelProgramId(id))];
            }
        }
    }

    /// <summary>Puts an object file on the simulated disk and returns its SHA-256. A file of that path is replaced.</summary>
    public string AddObject(string path, SimulatedObject content)
    {
        lock (_gate)
        {
            _objects[path] = content;
        }

        return content.Sha256;
    }

    /// <summary>The next program loaded gets this id, or the next free one after it.</summary>
    public void StartProgramIdsAt(uint next)
    {
        lock (_gate)
        {
            _programIds.StartAt(next);
        }
    }

    /// <summary>A process that is not ours loads a program and keeps a descriptor of it.</summary>
    /// <param name="name">Its name; the tag is made from it.</param>
    /// <param name="holderPid">The process; made when not there yet.</param>
    /// <param name="maps">Maps it uses.</param>
    /// <param name="uid">Who the kernel says loaded it.</param>
    public ProgramRef LoadForeign(string name, int holderPid, IReadOnlyList<KernelMapId>? maps = null, uint uid = 0)
    {
        lock (_gate)
        {
            var program = Add(name, uid, [.. (maps ?? []).Select(m => m.Value)]);
            Hold(holderPid, ObjectKind.Program, program.Id);
            return new(new(program.Id), program.LoadedNs);
        }
    }

    /// <summary>The object file of a path; null when there is none.</summary>
    public SimulatedObject? ObjectAt(string path)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(path);
        }
    }

    /// <summary>BPF_PROG_LOAD by a process, with the object's maps; the process holds the program's descriptor. The verifier is not asked.</summary>
    public LoadedProgram LoadObject(SimulatedObject content, string program, int pid)
    {
        lock (_gate)
        {
            var maps = content.Maps.Select(m => AddMap("array", m)).ToList();
            var loaded = Add(program[..Math.Min(15, program.Length)], 0, maps);
            Hold(pid, ObjectKind.Program, loaded.Id);
            return Loaded(loaded);
        }
    }

    /// <summary>A program as the kernel tells it; null when it is not loaded.</summary>
    public LoadedProgram? Find(KernelProgramId id)
    {
        lock (_gate)
        {
            return _programs.TryGetValue(id.Value, out var program) ? Loaded(program) : null;
        }
    }

    private static LoadedProgram Loaded(Prog program) => new()
    {
        Id = new(program.Id),
        LoadedNs = program.LoadedNs,
        Type = "xdp",
        Name = program.Name,
        Tag = new(program.Tag),
        MapIds = [.. program.Maps.Select(m => new KernelMapId(m))],
        Persistence = Persistence.ProcessBound,
    };

    private Prog Add(string name, uint uid, IReadOnlyList<uint> maps)
    {
        // Load times are unique; a clock that stands still must not make two programs of one.
        var now = (ulong)Math.Max(0, (_time.GetUtcNow() - BootedAt).Ticks) * 100;
        _lastLoadedNs = Math.Max(_lastLoadedNs + 1, now);
        var program = new Prog
        {
            Id = _programIds.Next(_programs.ContainsKey),
            Name = name,
            Tag = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16],
            LoadedNs = _lastLoadedNs,
            Uid = uid,
            Maps = maps,
        };
        _programs.Add(program.Id, program);
        return program;
    }
}

/// <summary>An object file of the simulated disk.</summary>
public sealed record SimulatedObject
{
    /// <summary>The programs in it.</summary>
    public required IReadOnlyList<string> Programs { get; init; }

    /// <summary>The maps in it.</summary>
    public IReadOnlyList<string> Maps { get; init; } = [];

    /// <summary>What the verifier says of its programs; null when it accepts them.</summary>
    public string? VerifierLog { get; init; }

    /// <summary>It is no object at all: cut short, or something else.</summary>
    public bool Invalid { get; init; }

    /// <summary>Its digest, made from its content.</summary>
    public string Sha256 =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [.. Programs, "", .. Maps, "", VerifierLog ?? "", Invalid ? "!" : ""]))));
}
