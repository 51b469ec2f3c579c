// In the place of the theme's file of this name, 540 kB of every icon there is as a drawing: the theme's style sheet has the
// same icons from a font.
