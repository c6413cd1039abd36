using CsCheck;

namespace XdpAudit.Core.Tests;

/// <summary>What can happen on a host between two looks.</summary>
internal enum StepKind
{
    Look, LookCut, LookById, LookWhileItHappens, Load, LoadOther, LoadExtension, AttachLink, AttachNetlink, Update, Detach, DetachNetlink, Close, HandOver,
    NewProcess, Kill, Pin, Unpin, OverMount, RenamePin, AddInterface, DeleteInterface, Recreate, Rename, Move, AddNetns, DeleteNetns, AddMap, SetElement,
    DeleteElement, BindMap, ReuseIds, SetClock, Reboot, Operation,
}

/// <summary>One step: what, and three numbers that choose on what. Any numbers are good for any step.</summary>
internal readonly record struct Step(StepKind Kind, int A, int B, int C)
{
    private static readonly (int Weight, StepKind Kind)[] Weights =
    [
        (9, StepKind.Look), (4, StepKind.LookCut), (2, StepKind.LookById), (4, StepKind.LookWhileItHappens), (9, StepKind.Load), (2, StepKind.LoadOther),
        (2, StepKind.LoadExtension), (9, StepKind.AttachLink), (7, StepKind.AttachNetlink), (4, StepKind.Update), (4, StepKind.Detach),
        (3, StepKind.DetachNetlink), (9, StepKind.Close), (2, StepKind.HandOver), (2, StepKind.NewProcess), (2, StepKind.Kill), (5, StepKind.Pin),
        (4, StepKind.Unpin), (2, StepKind.OverMount), (1, StepKind.RenamePin), (3, StepKind.AddInterface), (3, StepKind.DeleteInterface),
        (2, StepKind.Recreate), (2, StepKind.Rename), (4, StepKind.Move), (2, StepKind.AddNetns), (1, StepKind.DeleteNetns), (3, StepKind.AddMap),
        (3, StepKind.SetElement), (2, StepKind.DeleteElement), (2, StepKind.BindMap), (2, StepKind.ReuseIds), (1, StepKind.SetClock), (1, StepKind.Reboot),
        (7, StepKind.Operation),
    ];

    private static readonly Gen<StepKind> Kinds = Gen.Frequency(Weights);

    private static readonly Gen<Step> One = Gen.Select(Kinds, Gen.Int[0, 127], Gen.Int[0, 63], Gen.Int[0, 63], (kind, a, b, c) => new Step(kind, a, b, c));

    /// <summary>Histories that end with a look at everything.</summary>
    internal static readonly Gen<Step[]> Histories = One.Array[1, 70].Select(steps => (Step[])[.. steps, new(StepKind.Look, 0, 0, 0)]);

    public override string ToString() => $"new(StepKind.{Kind}, {A}, {B}, {C})";
}
