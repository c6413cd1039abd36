using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

public sealed partial class SimulatedKernel
{
    private readonly SortedDictionary<uint, Map> _maps = [];
    private Ids _mapIds;

    private sealed record Map(uint Id, string Type, string Name)
    {
        internal SortedDictionary<uint, uint> Elements { get; } = [];
    }

    /// <summary>The ids of all maps, ascending.</summary>
    public IReadOnlyList<KernelMapId> Maps
    {
        get
        {
            lock (_gate)
            {
                return [.. _maps.Keys.Select(id => new KernelMapId(id))];
            }
        }
    }

    /// <summary>A process makes a map and keeps a descriptor of it.</summary>
    public KernelMapId CreateMapForeign(string type, string name, int holderPid)
    {
        lock (_gate)
        {
            var id = AddMap(type, name);
            Hold(holderPid, ObjectKind.Map, id);
            return new(id);
        }
    }

    /// <summary>Puts a program into an element of a map, which then keeps it; null takes the element out.</summary>
    public void SetMapElement(KernelMapId map, uint index, KernelProgramId? program)
    {
        lock (_gate)
        {
            var elements = _maps[map.Value].Elements;
            if (program is { } kept)
            {
                elements[index] = _programs[kept.Value].Id;
            }
            else
            {
                elements.Remove(index);
            }

            Sweep();
        }
    }

    private uint AddMap(string type, string name)
    {
        var id = _mapIds.Next(_maps.ContainsKey);
        _maps.Add(id, new(id, type, name));
        return id;
    }
}
