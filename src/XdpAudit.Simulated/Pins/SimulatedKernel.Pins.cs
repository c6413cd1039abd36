using XdpAudit.Abstractions;
using static XdpAudit.Plugins.Errnos;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    /// <summary>The one bpffs, as in <c>/sys/fs/bpf</c>.</summary>
    public const string Bpffs = "/sys/fs/bpf";

    private readonly SortedDictionary<string, Pinned> _pins = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _directories = new(StringComparer.Ordinal);
    private ulong _inodes = 1;

    private sealed record Pinned(string Kind, uint Id, ulong Inode);

    /// <summary>All pins, by path.</summary>
    public IReadOnlyList<PinPath> Pins
    {
        get
        {
            lock (_gate)
            {
                return [.. _pins.Keys.Select(p => new PinPath(p))];
            }
        }
    }

    /// <summary>Somebody pins an object.</summary>
    public void PinForeign(string kind, uint id, PinPath path)
    {
        var errno = Pin(kind, id, path);
        Demand((errno, null));
    }

    /// <summary>Somebody removes a pin; without one nothing happens.</summary>
    public void UnpinForeign(PinPath path) => Unpin(path);

    /// <summary>BPF_OBJ_PIN: errno, 0 for success. Missing directories are made.</summary>
    public int Pin(string kind, uint id, PinPath path)
    {
        lock (_gate)
        {
            if (!Exists(kind, id))
            {
                return Enoent;
            }

            if (PathErrno(path) is var refused and not 0)
            {
                return refused;
            }

            _pins.Add(path.Value, new(kind, id, ++_inodes));
            for (var at = path.Value.LastIndexOf('/'); at > Bpffs.Length; at = path.Value.LastIndexOf('/', at - 1))
            {
                _directories.Add(path.Value[..at]);
            }

            return 0;
        }
    }

    /// <summary>What the kernel would say of a pin at a path: EPERM outside a bpffs or for a name with a dot, EEXIST when taken.</summary>
    public int PathErrno(PinPath path)
    {
        lock (_gate)
        {
            return !path.Value.StartsWith(Bpffs + "/", StringComparison.Ordinal) ? Eperm
                : path.Value[Bpffs.Length..].Contains('.', StringComparison.Ordinal) ? Eperm
                : _pins.ContainsKey(path.Value) || _directories.Contains(path.Value) ? Eexist
                : 0;
        }
    }

    /// <summary>What a pin holds; null when none is there.</summary>
    public (string Kind, uint Id)? PinAt(PinPath path)
    {
        lock (_gate)
        {
            return _pins.TryGetValue(path.Value, out var pin) ? (pin.Kind, pin.Id) : null;
        }
    }

    /// <summary>Removes a pin; false when there was none.</summary>
    public bool Unpin(PinPath path)
    {
        lock (_gate)
        {
            var removed = _pins.Remove(path.Value);
            Sweep();
            return removed;
        }
    }

    /// <summary>Whether an object of this kind and id is there.</summary>
    public bool Holds(string kind, uint id)
    {
        lock (_gate)
        {
            return Exists(kind, id);
        }
    }
}
