using XdpAudit.Abstractions;

namespace XdpAudit.Simulated;

/// <summary>
/// A kernel in memory: programs, links, maps, pins, network namespaces with interfaces, and processes that hold descriptors. Objects live exactly as long
/// as something holds them. It knows only rules that the executor contract also shows on the real kernel. Safe to call from any thread.
/// </summary>
/// <remarks>Deferred frees are not simulated: an object is gone with its last reference.</remarks>
public sealed partial class SimulatedKernel
{
    /// <summary>The release it calls itself.</summary>
    public const string Release = "simulated";

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private uint _boots = 1;
    private ulong _lastLoadedNs;

    /// <summary>A kernel that has just booted, with an own namespace that has no interfaces yet.</summary>
    /// <param name="time">Its clock; the system's unless given.</param>
    /// <param name="host">The host's identity; <c>simulated</c> unless given.</param>
    public SimulatedKernel(TimeProvider? time = null, string host = "simulated")
    {
        _time = time ?? TimeProvider.System;
        Host = new(host);
        BootedAt = _time.GetUtcNow();
        OwnNetns = AddNetns("");
    }

    /// <summary>The host.</summary>
    public HostId Host { get; }

    /// <summary>The present boot; another after <see cref="Reboot"/>.</summary>
    public BootId Boot => new($"00000000-0000-4000-8000-{_boots:x12}");

    /// <summary>When it booted, UTC.</summary>
    public DateTimeOffset BootedAt { get; private set; }

    /// <summary>The network namespace an executor and an observer are in. Changes with <see cref="Reboot"/>.</summary>
    public NetnsCookie OwnNetns { get; private set; }

    /// <summary>
    /// The machine starts again: another boot id, no programs, links, maps, pins, namespaces or processes, and all ids from 1. The object files stay.
    /// </summary>
    public void Reboot()
    {
        lock (_gate)
        {
            _boots++;
            _programs.Clear();
            _links.Clear();
            _maps.Clear();
            _pins.Clear();
            _directories.Clear();
            _descriptors.Clear();
            _processes.Clear();
            _namespaces.Clear();
            _programIds = _linkIds = _mapIds = default;
            _lastLoadedNs = 0;
            BootedAt = _time.GetUtcNow();
        }

        OwnNetns = AddNetns("");
    }

    private sealed class Prog
    {
        internal required uint Id { get; init; }
        internal required string Name { get; init; }
        internal required string Tag { get; init; }
        internal required ulong LoadedNs { get; init; }
        internal required uint Uid { get; init; }
        internal required IReadOnlyList<uint> Maps { get; init; }
    }

    /// <summary>Numbers given one after another; after 2^31 - 1 they start again at 1 and skip those in use.</summary>
    private struct Ids
    {
        private uint _last;

        internal uint Next(Func<uint, bool> inUse)
        {
            do
            {
                _last = _last >= int.MaxValue ? 1 : _last + 1;
            }
            while (inUse(_last));
            return _last;
        }

        internal void StartAt(uint next) => _last = next - 1;
    }

    // Called with the gate held, after anything lost a holder. What is freed may have been the last holder of something else.
    private void Sweep()
    {
        bool freed;
        do
        {
            freed = false;
            foreach (var map in _maps.Values.Where(m => !Referred(ObjectKind.Map, m.Id)).ToList())
            {
                // The last descriptor or pin of a program array takes its slots with it, although an attached program may still use the map.
                freed |= map.Type == "prog_array" && map.Elements.Count > 0;
                if (map.Type == "prog_array")
                {
                    map.Elements.Clear();
                }

                if (!_programs.Values.Any(p => p.Maps.Contains(map.Id)))
                {
                    freed |= _maps.Remove(map.Id);
                }
            }

            foreach (var link in _links.Values.Where(l => !Referred(ObjectKind.Link, l.Id)).ToList())
            {
                Disconnect(link);
                freed |= _links.Remove(link.Id);
            }

            foreach (var program in _programs.Values.Where(p => !IsHeld(p)).ToList())
            {
                freed |= _programs.Remove(program.Id);
            }
        }
        while (freed);
    }

    private bool Referred(string kind, uint id) => _descriptors.Any(d => d.Kind == kind && d.Id == id) || _pins.Values.Any(p => p.Kind == kind && p.Id == id);

    private bool IsHeld(Prog program) =>
        Referred(ObjectKind.Program, program.Id)
        || _links.Values.Any(l => l.Program == program.Id)
        || Devices().Any(d => d.Attached.Values.Any(a => a.Program == program.Id))
        || _maps.Values.Any(m => m.Elements.ContainsValue(program.Id));
}
